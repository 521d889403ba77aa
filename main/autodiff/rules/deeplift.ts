import type { Node } from '../../graph/model.ts'
import type { RuleChoice } from '../backward.ts'
import type { NodeContext } from '../context.ts'
import { range } from '../dims.ts'
import type { Emit } from '../emit.ts'
import type { BackwardRule, Gradients, Operator } from '../operator.ts'
import { carryToPeaks } from '../operators/GlobalMaxPool.ts'
import { carryToWinners } from '../operators/MaxPool.ts'
import { softmaxAxes } from '../operators/Softmax.ts'
import { reductionAxes, withReducedAxes } from '../reductions.ts'
import { normMultiplier } from './deeplift-norms.ts'
import { ratio, rectifierRatio, withoutZeros } from './ratio.ts'
import type { RevealCancel } from './reveal-cancel.ts'

/** Where a tensor's value on the reference input is found. */
export type Twin = (name: string) => string

/**
 * DeepLIFT with the rescale rule as a choice per node. What travels is the multiplier m; a tensor's contribution is
 * m·Δ, Δ = value − reference value, and contributions add up to the difference of the score:
 *
 *   linear and moving operators   the plain derivative
 *   element-wise φ        m·Δy/Δx, φ′ at the midpoint where Δx vanishes
 *   products a·b          m·(b + b₀)/2 and m·(a + a₀)/2; quotients and matrix products alike
 *   max pools, maxima     cross maximum c = max(y, y₀), for minima the minimum: (c − y₀) to the input's winner, (y − c) to the reference's, ÷ Δx
 *   steps (Sign, Floor)   m·Δy/Δx, as element-wise φ, though the derivative is 0 (deeplift-steps.ts)
 *   choices (Where)       the branch taken; where the two runs choose differently, m·Δy/Δ of the branch that moved further
 *   softmax               taken apart into exponentials, the logarithm of their sum, and an exponential again
 *   norms                 taken apart into mean, square, root and product
 *
 * With `reveal` the rule reveal-cancel replaces rescale at each ReLU right behind a linear node.
 *
 * check   Σ m·Δx = f(x) − f(x₀)
 * errors  autodiff.unsupported: an operator without such a decomposition
 * source  Shrikumar, Greenside & Kundaje 2017, arXiv:1704.02685
 */
export function deepLift(twin: Twin, reveal: RevealCancel | null): RuleChoice {
  return (context, operator) => {
    const special = reveal?.ruleFor(context, operator) ?? null
    if (special) return special
    if (operator.opType === 'Where') return choice(twin, operator)
    switch (operator.role) {
      case 'element-wise':
        return operator.slope && operator.reapply ? elementWise(twin, operator) : null
      case 'linear':
      case 'product':
        return operator.opType === 'Div' ? quotient(twin) : bilinear(twin, operator, context)
      case 'extremum':
        return extremum(twin, operator)
      case 'softmax':
        return operator.opType === 'Softmax' ? softmax(twin) : logSoftmax(twin)
      case 'norm':
        return normMultiplier(twin, operator)
      case 'reduction':
        return reduction(twin, operator)
      default:
        return null
    }
  }
}

function elementWise(twin: Twin, operator: Operator): BackwardRule {
  return (c) => {
    if (c.node.inputs.some((_, i) => i > 0 && c.needs(i))) c.refuse('has a parameter computed from the input')
    const { emit } = c
    const [x, x0] = [c.input(0), twin(c.input(0))]
    const [y, y0] = [c.output(), twin(c.output())]
    if (operator.opType === 'Relu') return [emit.mul(c.g(), rectifierRatio(emit, x, x0, y, y0))]
    const middle = emit.mul(emit.add(x, x0), 0.5)
    const node: Node = {
      ...c.node,
      inputs: [middle, ...c.node.inputs.slice(1)],
      outputs: [operator.reapply!(c, middle)],
    }
    const slope = operator.slope!(c.with({ node }))
    return [emit.mul(c.g(), ratio(emit, x, x0, y, y0, slope))]
  }
}

/**
 * An activation written as a choice between pieces (x > 0 ? x : x/10) moves from one piece to the other between the runs. Its
 * pieces are functions of one number, so that all of Δy may go through either; the one that moved further divides best.
 */
function choice(twin: Twin, operator: Operator): BackwardRule {
  return (c) => {
    const { emit } = c
    const [condition, condition0] = [c.input(0), twin(c.input(0))]
    if (condition === condition0) return operator.vjp(c)
    const [taken, taken0] = [emit.indicator(condition), emit.indicator(condition0)]
    const same = emit.equal(taken, taken0)
    const moved = (i: number): string => emit.unary('Abs', emit.sub(c.input(i), twin(c.input(i))))
    const both = c.needs(1) && c.needs(2) ? emit.indicator(emit.less(moved(1), moved(2))) : null
    const through = (i: number, own: string, less: string | null): string => {
      const all = ratio(emit, c.input(i), twin(c.input(i)), c.output(), twin(c.output()), own)
      const changed = less === null ? all : emit.mul(all, less)
      return emit.unbroadcast(emit.mul(c.g(), emit.where(same, own, changed)), c.dims(i))
    }
    return [
      null,
      c.needs(1) ? through(1, taken, both && emit.sub(1, both)) : null,
      c.needs(2) ? through(2, emit.sub(1, taken), both) : null,
    ]
  }
}

/** Operators linear in each operand alone: the derivative with the other operand at the mean of value and reference. */
function bilinear(twin: Twin, operator: Operator, context: NodeContext): BackwardRule | null {
  const moving = context.node.inputs.filter((_, i) => context.needs(i)).length
  if (moving < 2) return null
  if (moving > 2) return (c) => c.refuse('multiplies more than two computed tensors')
  return (c) => {
    const { emit } = c
    const inputs = c.node.inputs.map((name, i) => (c.needs(i) ? emit.mul(emit.add(name, twin(name)), 0.5) : name))
    return operator.vjp(c.with({ node: { ...c.node, inputs } }))
  }
}

/** a/b: m·½(1/b + 1/b₀) for a, −m·½(a + a₀)/(b·b₀) for b, which is the two-player average written without Δb. */
function quotient(twin: Twin): BackwardRule {
  return (c) => {
    const { emit } = c
    const [a, b] = [c.input(0), c.input(1)]
    const [a0, b0] = [twin(a), twin(b)]
    const inverse = emit.mul(emit.add(emit.unary('Reciprocal', b), emit.unary('Reciprocal', b0)), 0.5)
    const top = (): string => emit.unbroadcast(emit.mul(c.g(), inverse), c.dims(0))
    const bottom = (): string => {
      const mean = emit.mul(emit.add(a, a0), -0.5)
      return emit.unbroadcast(emit.mul(c.g(), emit.div(mean, emit.mul(b, b0))), c.dims(1))
    }
    return [c.needs(0) ? top() : null, c.needs(1) ? bottom() : null]
  }
}

function extremum(twin: Twin, operator: Operator): BackwardRule {
  if (operator.opType === 'MaxPool') {
    return crossMaximum(twin, (c, values, side) => carryToWinners(c, values, side === 'own' ? undefined : twin))
  }
  if (operator.opType === 'GlobalMaxPool') {
    return crossMaximum(twin, (c, values, side) =>
      carryToPeaks(c, values, side === 'own' ? c.input(0) : twin(c.input(0))),
    )
  }
  if (operator.opType === 'Max' || operator.opType === 'Min') return ofTwo(twin)
  return crossMaximum(twin, (c, values, side) => {
    const axes = reductionAxes(c)
    const of = (name: string): string => (side === 'own' ? name : twin(name))
    const wins = c.emit.indicator(c.emit.equal(of(c.input(0)), withReducedAxes(c, of(c.output()), axes)))
    const count = c.emit.reduce('ReduceSum', wins, axes)
    return c.emit.mul(wins, c.emit.div(withReducedAxes(c, values, axes), count))
  })
}

/** `toWinners` carries values at the outputs to the winning inputs of the run on the input ('own') or the reference. */
function crossMaximum(
  twin: Twin,
  toWinners: (c: NodeContext, values: string, side: 'own' | 'reference') => string,
): BackwardRule {
  return (c) => {
    const { emit } = c
    const [y, y0] = [c.output(), twin(c.output())]
    const cross = c.node.opType === 'ReduceMin' ? emit.min(y, y0) : emit.max(y, y0)
    const own = toWinners(c, emit.mul(c.g(), emit.sub(cross, y0)), 'own')
    const other = toWinners(c, emit.mul(c.g(), emit.sub(y, cross)), 'reference')
    const delta = emit.sub(c.input(0), twin(c.input(0)))
    // A winner that is the same in both runs wins with the cross value, so nothing arrives where Δx is 0.
    return [emit.div(emit.add(own, other), withoutZeros(emit, delta, emit.equal(delta, 0)))]
  }
}

/** Max or Min of two: the average over both orders of what changing one operand does. */
function ofTwo(twin: Twin): BackwardRule {
  return (c) => {
    if (c.node.inputs.length !== 2) c.refuse('takes the extremum of more than two tensors')
    const { emit } = c
    const f = (a: string, b: string): string => (c.node.opType === 'Max' ? emit.max(a, b) : emit.min(a, b))
    return [0, 1].map((i) => {
      if (!c.needs(i)) return null
      const [a, b] = [c.input(i), c.input(1 - i)]
      const [a0, b0] = [twin(a), twin(b)]
      const first = emit.sub(f(a, b), f(a0, b))
      const second = emit.sub(f(a, b0), f(a0, b0))
      const change = emit.mul(emit.add(first, second), 0.5)
      const delta = emit.sub(a, a0)
      const each = emit.div(change, withoutZeros(emit, delta, emit.equal(delta, 0)))
      return emit.unbroadcast(emit.mul(c.g(), each), c.dims(i))
    })
  }
}

/**
 * L = log Σ eˣ of both runs, less one shift c ≥ all x, and how its difference is shared out: along x → eˣ⁻ᶜ → Σ → log,
 *
 *   share = ΔL/ΔS · Δe/Δx,   Σ share·Δx = ΔL
 *
 * Each L is computed with the maximum of its own run: where the other's is much larger, its sum would be lost below it.
 */
function logSum(c: NodeContext, twin: Twin): { shift: string; l: string; l0: string; share: string } {
  const { emit } = c
  const axes = softmaxAxes(c)
  const runs = [c.input(0), twin(c.input(0))]
  const peaks = runs.map((x) => emit.reduce('ReduceMax', x, axes))
  const shift = emit.max(peaks[0], peaks[1])
  const sumOf = (x: string, less: string): string =>
    emit.reduce('ReduceSum', emit.unary('Exp', emit.sub(x, less)), axes)
  const [l, l0] = runs.map((x, i) => emit.add(emit.unary('Log', sumOf(x, peaks[i])), emit.sub(peaks[i], shift)))
  const [s, s0] = runs.map((x) => sumOf(x, shift))
  const [e, e0] = runs.map((x) => emit.unary('Exp', emit.sub(x, shift)))
  const middle = emit.unary('Exp', emit.sub(emit.mul(emit.add(runs[0], runs[1]), 0.5), shift))
  const ofSum = ratio(emit, s, s0, l, l0, emit.unary('Reciprocal', emit.mul(emit.add(s, s0), 0.5)))
  return { shift, l, l0, share: emit.mul(ratio(emit, runs[0], runs[1], e, e0, middle), ofSum) }
}

/**
 * Softmax as the exponential of u = x − L. The quotient e/Σ, whose parts can be worth thousands of times what their sum is,
 * loses all digits where attention is peaked; here every multiplier is bounded by the differences of the logits.
 */
function softmax(twin: Twin): BackwardRule {
  return (c) => {
    const { emit } = c
    const { shift, l, l0, share } = logSum(c, twin)
    const [u, u0] = [
      [c.input(0), l],
      [twin(c.input(0)), l0],
    ].map(([x, total]) => emit.sub(emit.sub(x, shift), total))
    const middle = emit.unary('Exp', emit.mul(emit.add(u, u0), 0.5))
    const atU = emit.mul(c.g(), ratio(emit, u, u0, c.output(), twin(c.output()), middle))
    return [emit.sub(atU, emit.mul(share, emit.reduce('ReduceSum', atU, softmaxAxes(c))))]
  }
}

function logSoftmax(twin: Twin): BackwardRule {
  return (c) => {
    const { emit } = c
    const total = emit.reduce('ReduceSum', c.g(), softmaxAxes(c))
    return [emit.sub(c.g(), emit.mul(logSum(c, twin).share, total))]
  }
}

/** Reductions as a function of one sum: m·(Δy/ΔS)·(Δs/Δx) with s the summand. */
function reduction(twin: Twin, operator: Operator): BackwardRule {
  return (c): Gradients => {
    const { emit } = c
    const axes = operator.opType.startsWith('Global') ? range(2, c.dims().length) : reductionAxes(c)
    const g = withReducedAxes(c, c.g(), axes)
    const [x, x0] = [c.input(0), twin(c.input(0))]
    const [y, y0] = [c.output(), twin(c.output())].map((v) => withReducedAxes(c, v, axes))
    const factor = reductionFactor(emit, operator.opType, x, x0, y, y0)
    if (factor === null) return c.refuse('has no DeepLIFT rule')
    return [emit.expand(emit.mul(g, factor), c.dims())]
  }
}

function reductionFactor(emit: Emit, opType: string, x: string, x0: string, y: string, y0: string): string | null {
  const both = emit.add(x, x0)
  switch (opType) {
    case 'ReduceSumSquare':
      return both
    case 'ReduceL2': {
      // Δ√S/ΔS = 1/(y + y₀) exactly.
      const total = emit.add(y, y0)
      return emit.where(emit.greater(total, 0), emit.div(both, total), 0)
    }
    case 'ReduceL1': {
      const sign = emit.unary('Sign', both)
      return ratio(emit, x, x0, emit.unary('Abs', x), emit.unary('Abs', x0), sign)
    }
    case 'ReduceLogSumExp': {
      const shift = emit.max(y, y0)
      const [e, e0] = [x, x0].map((v) => emit.unary('Exp', emit.sub(v, shift)))
      const [s, s0] = [y, y0].map((v) => emit.unary('Exp', emit.sub(v, shift)))
      const middle = emit.unary('Exp', emit.sub(emit.mul(both, 0.5), shift))
      const inner = ratio(emit, x, x0, e, e0, middle)
      return emit.mul(inner, ratio(emit, s, s0, y, y0, emit.unary('Reciprocal', emit.mul(emit.add(s, s0), 0.5))))
    }
    default:
      return null
  }
}

import type { Node } from '../../graph/model.ts'
import type { RuleChoice } from '../backward.ts'
import type { NodeContext } from '../context.ts'
import type { Emit } from '../emit.ts'
import type { Ledger } from '../ledger.ts'
import { normalised, recentred } from '../normalise.ts'
import type { BackwardRule, Gradients, Operator } from '../operator.ts'
import { softmaxAxes } from '../operators/Softmax.ts'
import type { Composite } from './composites.ts'
import { gateOf } from './gate.ts'
import { type LinearNode, type LinearParameters, relevanceOfInput } from './lrp-linear.ts'
import { type Ancestry, isPointwiseOf } from './pointwise.ts'
import { shareOf, stabiliser } from './stabilise.ts'
import { throughThreshold } from './threshold.ts'

/** All that the choice of a relevance rule depends on besides the node itself. */
export interface RelevancePlan extends Ancestry {
  readonly composite: Composite
  readonly parameters: LinearParameters
  /** First linear node on every path from the input. */
  readonly first: ReadonlySet<Node>
  /** Linear node's output → a bias added by a node of its own; and those nodes. */
  readonly biases: ReadonlyMap<string, string>
  readonly additions: ReadonlySet<Node>
  readonly nonNegative: (name: string) => boolean
  /** Where the shares of biases are booked. */
  readonly ledger: Ledger
}

/**
 * Layer-wise relevance propagation as a choice of rule per node:
 *
 *   linear        the composite's rule
 *   activations, BatchNormalization, scaling by constants   pass
 *   sums, averages, resizing   norm rule: x ⊙ VJP(R/stab(y))
 *   max pools     the winner takes all
 *   gates         all to the signal; products and attention: half to each operand by the norm rule
 *   norms         1/deviation constant, the subtraction of the mean linear, the offset a bias
 *   softmax       x ⊙ (R − y·ΣR)
 *   moving operators   as the gradient moves
 *
 * source  Bach et al. 2015, PLoS ONE 10(7):e0130140; Achtibat et al. 2024, arXiv:2402.05602 (attention)
 */
export function lrp(plan: RelevancePlan): RuleChoice {
  return (context, operator) => {
    const map = operator.linear?.(context)
    if (map) return (c) => [...new Array<null>(map.x).fill(null), linear(plan, c, operator)]
    switch (operator.role) {
      case 'element-wise':
      case 'affine':
        return pass
      case 'sum':
        if (plan.additions.has(context.node) || offsetsScaled(plan, context)) return passActive
        return activation(plan, context) ?? norm(operator)
      case 'average':
      case 'reduction':
        return norm(operator)
      case 'product':
      case 'linear':
        return product(plan, context, operator)
      case 'norm':
        return operator.form ? throughNorm(operator) : pass
      case 'softmax':
        return operator.opType === 'Softmax' ? softmax : norm(operator)
      default:
        return null
    }
  }
}

const pass: BackwardRule = (c) => [c.g()]

/** R unchanged to the operand that depends on the input, summed over axes that the other operand stretched. */
const passActive: BackwardRule = (c) =>
  c.node.inputs.map((_, i) => (c.needs(i) ? c.emit.unbroadcast(c.g(), c.dims(i)) : null))

/** ε form of any map whose derivative is known: x ⊙ VJP(factor·R/stab(y)). */
function norm(operator: Operator, factor = 1): BackwardRule {
  return (c) => {
    const { emit } = c
    const shares = c.node.outputs.map((y, i) =>
      c.arriving(i) === null ? null : shareOf(emit, emit.mul(c.g(i), factor), y, stabiliser),
    )
    const back = operator.vjp(c.with({ arriving: shares }))
    return back.map((v, i) => (v === null || !c.needs(i) ? null : emit.mul(c.input(i), v)))
  }
}

function linear(plan: RelevancePlan, c: NodeContext, operator: Operator): string {
  const { emit } = c
  const map = operator.linear!(c)!
  const dense = operator.opType === 'Gemm' || operator.opType === 'MatMul'
  const { composite } = plan
  let rule = dense ? composite.dense : composite.convolution
  if (composite.first !== null && plan.first.has(c.node) && !(composite.first === 'box' && dense))
    rule = composite.first
  const x = c.input(map.x)
  const extra = plan.biases.get(c.output()) ?? null
  const base: LinearNode = {
    emit,
    x,
    weights: map.weights,
    bias: map.bias,
    nonNegative: plan.nonNegative(x),
    apply: (v, w, b) => map.apply(v, w, b),
    transpose: (s, w) => map.transpose(s, w),
    lift: (bias) => (dense ? bias : liftedBias(emit, bias, emit.dims(c.output()).length)),
    keep: (share) => plan.ledger.keep(c.node, share),
  }
  // A product that ends in a vector has no row to add the bias of a separate node to before its own shape is restored.
  const node = extra === null ? base : withSeparateBias(base, extra, emit.dims(c.output()).length)
  const canonised = rule === 'flat' || rule === 'box' ? null : throughThreshold(plan.producers, c, node)
  return relevanceOfInput(rule, canonised ?? node, c.g(), plan.parameters)
}

/** One value per channel [M] as [M, 1, …], which broadcasts over [N, M, …]. */
function liftedBias(emit: Emit, bias: string, rank: number): string {
  const dims = emit.dims(bias)
  if (dims.length !== 1 || rank < 3) return bias
  return emit.reshape(bias, [dims[0], ...new Array<number>(rank - 2).fill(1)])
}

/** The bias of a node of its own joins the node's bias; both broadcast over the output. */
function withSeparateBias(node: LinearNode, extra: string, rank: number): LinearNode {
  const { emit } = node
  const lifted = node.bias === null ? null : liftedBias(emit, node.bias, rank)
  return {
    ...node,
    bias: lifted === null ? extra : emit.add(lifted, extra),
    lift: (bias) => bias,
    apply: (v, w, b) => {
      const y = node.apply(v, w, null)
      return b === null ? y : emit.add(y, b)
    },
  }
}

/** An Add or Sub of a constant right behind a Mul or Div by a constant: a normalisation written out. */
function offsetsScaled(plan: RelevancePlan, c: NodeContext): boolean {
  const moving = c.node.inputs.filter((_, i) => c.needs(i))
  if (moving.length !== 1 || c.node.inputs.length !== 2) return false
  const before = plan.producers.get(moving[0])
  if (!before) return true // the model's own input: normalisation before the first layer
  return (before.opType === 'Mul' || before.opType === 'Div') && before.inputs.some((name) => !plan.active.has(name))
}

/**
 * A sum of a tensor and what is computed from it alone is an activation written out (Tanhshrink is x − tanh x, Softshrink x − λ·sign x):
 * the tensor gets all relevance. Shares of both would add up to it again, or lack the part of a step, and lose all digits
 * where they cancel.
 */
function activation(plan: RelevancePlan, c: NodeContext): BackwardRule | null {
  const { inputs } = c.node
  const whole = inputs.findIndex(
    (of, i) => c.needs(i) && inputs.every((name, other) => other === i || isPointwiseOf(name, of, plan)),
  )
  if (whole === -1 || inputs.length === 1) return null
  return (at) =>
    inputs.map((_, i) => {
      if (!at.needs(i)) return null
      return i === whole ? at.emit.unbroadcast(at.g(), at.dims(i)) : at.emit.zeros(at.dims(i))
    })
}

function product(plan: RelevancePlan, context: NodeContext, operator: Operator): BackwardRule {
  const moving = context.node.inputs.flatMap((_, i) => (context.needs(i) ? [i] : []))
  if (operator.opType === 'Div') return divided(moving)
  if (moving.length === 1) return operator.opType === 'Mul' ? passActive : norm(operator)
  if (operator.opType !== 'Mul') return norm(operator, 1 / moving.length)
  const gate = gateOf(context, plan)
  if (gate === null) return norm(operator, 0.5)
  return (c) => [0, 1].map((i) => (i === gate ? c.emit.zeros(c.dims(i)) : c.emit.unbroadcast(c.g(), c.dims(i))))
}

/** The divisor counts as constant: all relevance stays with the numerator. A constant over x is an activation. */
function divided(moving: readonly number[]): BackwardRule {
  return (c): Gradients =>
    [0, 1].map((i) => {
      if (!c.needs(i)) return null
      return moving.length === 1 || i === 0 ? c.emit.unbroadcast(c.g(), c.dims(i)) : c.emit.zeros(c.dims(i))
    })
}

function throughNorm(operator: Operator): BackwardRule {
  return (c) => {
    const { emit } = c
    const form = operator.form!(c)
    const u = form.scaled(shareOf(emit, c.g(), c.output(), stabiliser))
    const back = emit.mul(recentred(emit, u, form), normalised(emit, c.input(0), form).inverse)
    return [emit.mul(c.input(0), emit.reshape(back, c.dims()))]
  }
}

const softmax: BackwardRule = (c) => {
  const { emit } = c
  const total = emit.reduce('ReduceSum', c.g(), softmaxAxes(c))
  return [emit.mul(c.input(0), emit.sub(c.g(), emit.mul(c.output(), total)))]
}

import { floatAttribute, intAttribute } from '../../graph/attributes.ts'
import type { NodeContext } from '../context.ts'
import type { Emit } from '../emit.ts'
import { meanOver, normalised, recentred } from '../normalise.ts'
import type { BackwardRule, Operator } from '../operator.ts'
import { channelBox } from '../operators/LRN.ts'
import type { Twin } from './deeplift.ts'
import { ratio } from './ratio.ts'

/**
 * Multipliers of the normalising operators, taken apart into steps whose multipliers are exact:
 *
 *   y = γ·c·r, c = x − mean(x), v = mean(c²), d = √(v + ε), r = 1/d
 *   product   m_c = u·½(r + r₀), m_r = Σ u·½(c + c₀)
 *   root      Δr/Δv = −r·r₀/(d + d₀)
 *   square    Δc²/Δc = c + c₀
 *   mean      m_x = m − mean(m)
 *
 */
export function normMultiplier(twin: Twin, operator: Operator): BackwardRule {
  if (operator.form) return (c) => [overAxes(c, twin, operator)]
  if (operator.opType === 'LRN') return (c) => [acrossChannels(c, twin)]
  if (operator.opType === 'LpNormalization') return (c) => [toUnitLength(c, twin)]
  return (c) => c.refuse('has no DeepLIFT rule')
}

const mean2 = (emit: Emit, a: string, b: string): string => emit.mul(emit.add(a, b), 0.5)

function overAxes(c: NodeContext, twin: Twin, operator: Operator): string {
  const { emit } = c
  const form = operator.form!(c)
  const own = normalised(emit, c.input(0), form)
  const other = normalised(emit, twin(c.input(0)), form)
  const u = form.scaled(c.g())
  const direct = emit.mul(u, mean2(emit, own.inverse, other.inverse))
  const both = emit.add(own.centred, other.centred)
  // Σ over n cells, then ÷ n from the mean inside the variance: one mean.
  const forRoot = meanOver(emit, emit.mul(u, emit.mul(both, 0.5)), form.axes)
  const slope = emit.div(emit.mul(own.inverse, other.inverse), emit.add(own.deviation, other.deviation))
  const through = emit.mul(emit.mul(forRoot, slope), both)
  return emit.reshape(recentred(emit, emit.sub(direct, through), form), c.dims())
}

/** LRN: y = x·p, p = D^−β, D = bias + (alpha/size)·box(x²). */
function acrossChannels(c: NodeContext, twin: Twin): string {
  const { emit } = c
  const size = intAttribute(c.node, 'size')
  const alpha = floatAttribute(c.node, 'alpha', 1e-4)
  const beta = floatAttribute(c.node, 'beta', 0.75)
  const before = Math.floor((size - 1) / 2)
  const after = size - 1 - before
  const [x, x0] = [c.input(0), twin(c.input(0))]
  const divisor = (v: string): string =>
    emit.add(emit.mul(channelBox(c, emit.mul(v, v), before, after), alpha / size), floatAttribute(c.node, 'bias', 1))
  const [d, d0] = [divisor(x), divisor(x0)]
  const [p, p0] = [emit.pow(d, -beta), emit.pow(d0, -beta)]
  const middle = emit.mul(emit.pow(mean2(emit, d, d0), -beta - 1), -beta)
  const slope = ratio(emit, d, d0, p, p0, middle)
  const forDivisor = emit.mul(emit.mul(c.g(), mean2(emit, x, x0)), slope)
  const spread = emit.mul(channelBox(c, forDivisor, after, before), alpha / size)
  return emit.add(emit.mul(c.g(), mean2(emit, p, p0)), emit.mul(spread, emit.add(x, x0)))
}

/** LpNormalization with p = 2: y = x/n, n = √Σx²; the quotient by the two-player average, Δn/ΔS = 1/(n + n₀). */
function toUnitLength(c: NodeContext, twin: Twin): string {
  if (intAttribute(c.node, 'p', 2) !== 2) c.refuse('normalises by the sum of magnitudes (p = 1)')
  const { emit } = c
  const axis = [c.axis('axis', -1)]
  const [x, x0] = [c.input(0), twin(c.input(0))]
  const [n, n0] = [x, x0].map((v) => emit.reduce('ReduceL2', v, axis))
  const inverse = mean2(emit, emit.unary('Reciprocal', n), emit.unary('Reciprocal', n0))
  const total = emit.reduce('ReduceSum', emit.mul(c.g(), mean2(emit, x, x0)), axis)
  const forLength = emit.div(total, emit.mul(emit.mul(n, n0), emit.add(n, n0)))
  return emit.sub(emit.mul(c.g(), inverse), emit.mul(forLength, emit.add(x, x0)))
}

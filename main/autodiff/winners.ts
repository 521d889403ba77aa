import type { NodeContext } from './context.ts'
import type { Gradients } from './operator.ts'

/** Rule of n-ary Max and Min: the operands that equal the result share g equally. */
export function shareAmongWinners(c: NodeContext): Gradients {
  const { emit } = c
  const wins = c.node.inputs.map((name) => emit.indicator(emit.equal(name, c.output())))
  const count = wins.reduce((total, w) => emit.add(total, w))
  const share = emit.div(c.g(), count)
  return c.node.inputs.map((_, i) => (c.needs(i) ? emit.unbroadcast(emit.mul(share, wins[i]), c.dims(i)) : null))
}

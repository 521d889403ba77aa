import { intAttribute } from '../../attributes.ts'
import type { Node, Shapes } from '../../model.ts'
import type { Emit } from '../../rewrite.ts'

/**
 * Conv over one or two axes with 6, 9, 15, … channels: input and weights get channels of zeros up to the next multiple of four.
 * A kernel that takes three channels at a time, made for colour images, reads the weights of the later ones at wrong places
 * where the number of filters is a multiple of four.
 */
export function channelsInFours(node: Node, emit: Emit, shapes: Shapes): boolean {
  if (node.opType !== 'Conv' || intAttribute(node, 'group', 1) !== 1) return false
  const [x, w] = [shapes.get(node.inputs[0])?.dims, shapes.get(node.inputs[1])?.dims]
  if (!x || !w || x.length > 4) return false
  const channels = x[1]
  if (channels <= 3 || channels % 3 !== 0 || channels % 4 === 0 || w[0] % 4 !== 0) return false
  const missing = 4 - (channels % 4)
  const amounts = x.flatMap(() => [0, 0])
  amounts[x.length + 1] = missing
  const pads = emit.constant('int64', [amounts.length], amounts)
  const [wide] = emit.add('Pad', [node.inputs[0], pads])
  const [weights] = emit.add('Pad', [node.inputs[1], pads])
  emit.add('Conv', [wide, weights, ...node.inputs.slice(2)], node.attributes, node.outputs)
  return true
}

/** Sum as a chain of Add, in the order of the operands. */
export function sumByPairs(node: Node, emit: Emit): boolean {
  if (node.opType !== 'Sum' || node.inputs.length < 2) return false
  let total = node.inputs[0]
  const rest = node.inputs.slice(1)
  rest.forEach((term, i) => {
    total = emit.add('Add', [total, term], {}, i === rest.length - 1 ? node.outputs : 1)[0]
  })
  return true
}

import type { Node } from '../../graph/model.ts'
import type { NodeContext } from '../context.ts'
import { sizeOf } from '../dims.ts'
import { type Ancestry, isPointwiseOf } from './pointwise.ts'

const squashing = new Set(['Sigmoid', 'HardSigmoid', 'Softmax', 'Tanh', 'Clip'])

/** Operators that hand an operand on in another shape, stretched where it is a gate of whole channels (expand_as). */
const shaping = new Set(['Expand', 'Tile', 'Reshape', 'Unsqueeze', 'Squeeze'])

/** The tensor that a shaped one comes from. */
function unshaped(name: string, producers: ReadonlyMap<string, Node>): string {
  const node = producers.get(name)
  return node?.domain === '' && shaping.has(node.opType) ? unshaped(node.inputs[0], producers) : name
}

/**
 * Which operand of a product is the gate, so that the other, the signal, keeps all relevance: 0, 1, or null when neither
 * is one. A gate is a function of the other operand at the same place (SiLU, GELU, HardSwish written out), the smaller
 * operand before it was stretched (squeeze-and-excitation), or what a squashing activation made.
 */
export function gateOf(c: NodeContext, ancestry: Ancestry): 0 | 1 | null {
  const { producers } = ancestry
  const [a, b] = [c.input(0), c.input(1)]
  if (isPointwiseOf(b, a, ancestry)) return 1
  if (isPointwiseOf(a, b, ancestry)) return 0
  const sources = [a, b].map((name) => unshaped(name, producers))
  const sizes = sources.map((name) => sizeOf(c.emit.dims(name)))
  if (sizes[0] !== sizes[1]) return sizes[0] < sizes[1] ? 0 : 1
  const squashed = sources.map((name) => squashing.has(producers.get(name)?.opType ?? ''))
  if (squashed[0] !== squashed[1]) return squashed[0] ? 0 : 1
  return null
}

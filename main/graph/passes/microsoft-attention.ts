import { floatAttribute, int, intAttribute, intsAttribute } from '../attributes.ts'
import type { Node } from '../model.ts'
import type { Emit, Rule } from '../rewrite.ts'
import { attend, causalBias } from './opset/attention.ts'
import { fromHeads, int64s, joined, sizesOf, toHeads } from './opset/heads.ts'
import { refuseOperator } from './opset/refuse.ts'

/** Inputs of these operators that a classifier has no use for, by their place. */
function refuseInputs(node: Node, refused: Readonly<Record<number, string>>): void {
  for (const [place, what] of Object.entries(refused))
    if (node.inputs[Number(place)]) refuseOperator(node, `takes ${what}, which the rewriting does not know`)
  if (node.outputs.slice(1).some((name) => name !== '')) refuseOperator(node, 'hands on keys, values or scores')
}

/** Attention over [N, tokens, heads·width] each, written to the node's first output. */
function attending(node: Node, emit: Emit, parts: readonly string[], bias: string | undefined): void {
  const heads = intAttribute(node, 'num_heads')
  const [q, k, v] = parts.map((x) => toHeads(emit, x, heads))
  const biases = bias ? [bias] : []
  if (intAttribute(node, 'unidirectional', 0) !== 0) biases.push(causalBias(emit, q, k))
  const factor = floatAttribute(node, 'scale', 0)
  const y = attend(emit, { q, k, v, biases, scale: factor === 0 ? null : factor, softcap: 0 }, 1)
  fromHeads(emit, y, parts[0], node.outputs.slice(0, 1))
}

/**
 * Attention of com.microsoft: one product makes queries, keys and values side by side.
 * errors  graph.operator: padding masks, caches, rotary embedding inside
 */
export const fusedAttention: Rule = (node, emit) => {
  refuseInputs(node, { 3: 'a padding mask', 4: 'keys and values of earlier tokens', 6: 'a count of earlier tokens' })
  if (intAttribute(node, 'do_rotary', 0) !== 0) refuseOperator(node, 'turns its queries inside')
  const [x, weights, offset] = node.inputs
  const product = emit.add('MatMul', [x, weights])[0]
  const all = offset ? emit.add('Add', [product, offset])[0] : product
  const sizes = intsAttribute(node, 'qkv_hidden_sizes', [])
  const parts =
    sizes.length > 0
      ? emit.add('Split', [all, int64s(emit, ...sizes)], { axis: int(-1) }, 3)
      : emit.add('Split', [all], { axis: int(-1), num_outputs: int(3) }, 3)
  attending(node, emit, parts, node.inputs[5])
  return true
}

/**
 * MultiHeadAttention of com.microsoft over separate queries, keys and values.
 * errors  graph.operator: packed queries, padding masks, caches
 */
export const multiHeadAttention: Rule = (node, emit) => {
  const [q, k, v, offset] = node.inputs
  if (!k || !v) refuseOperator(node, 'packs queries, keys and values into one tensor')
  refuseInputs(node, { 4: 'a padding mask', 6: 'keys of earlier tokens', 7: 'values of earlier tokens' })
  if (!offset) {
    attending(node, emit, [q, k, v], node.inputs[5])
    return true
  }
  const sizes = joined(emit, ...[q, k, v].map((x) => sizesOf(emit, x, -1)))
  const offsets = emit.add('Split', [offset, sizes], { axis: int(0) }, 3)
  const moved = [q, k, v].map((x, i) => emit.add('Add', [x, offsets[i]])[0])
  attending(node, emit, moved, node.inputs[5])
  return true
}

import { floatAttribute, int, intAttribute } from '../../attributes.ts'
import type { Emit, Rule } from '../../rewrite.ts'
import { counting, fromHeads, int64s, joined, sizeOf, sizesOf, toHeads } from './heads.ts'
import { refuseOperator } from './refuse.ts'

interface Turning {
  readonly x: string
  /** cos and sin of the angles, [N or 1, 1, tokens, half of what turns]. */
  readonly cos: string
  readonly sin: string
  readonly heads: number | { readonly width: string }
  /** Pairs are neighbours (2i, 2i + 1); otherwise i of the first half with i of the second. */
  readonly interleaved: boolean
  /** Whether only the first numbers of each head turn. */
  readonly partial: boolean
}

/** Turns each pair (a, b) by its angle: (a·cos − b·sin, a·sin + b·cos). */
function turn(emit: Emit, { x, cos, sin, heads, interleaved, partial }: Turning, outputs: readonly string[]): void {
  const one = (op: string, ...inputs: readonly string[]): string => emit.add(op, inputs)[0]
  const along = (from: string, to: string, step = 1): string =>
    one('Slice', parts, from, to, int64s(emit, -1), int64s(emit, step))
  const flat = heads === 0
  const parts = flat ? x : toHeads(emit, x, heads)
  const half = sizesOf(emit, cos, -1)
  const whole = one('Add', half, half)
  const zero = int64s(emit, 0)
  const [a, b] = interleaved
    ? [along(zero, whole, 2), along(int64s(emit, 1), whole, 2)]
    : [along(zero, half), along(half, whole)]
  const turned = [
    one('Sub', one('Mul', a, cos), one('Mul', b, sin)),
    one('Add', one('Mul', a, sin), one('Mul', b, cos)),
  ]
  const last = flat ? outputs : 1
  if (partial) {
    const rest = along(whole, int64s(emit, 2 ** 31 - 1))
    const pieces = interleaved ? [woven(emit, turned, half)] : turned
    const y = emit.add('Concat', [...pieces, rest], { axis: int(-1) }, last)[0]
    if (!flat) fromHeads(emit, y, x, outputs)
    return
  }
  const y = interleaved ? woven(emit, turned, half, last) : emit.add('Concat', turned, { axis: int(-1) }, last)[0]
  if (!flat) fromHeads(emit, y, x, outputs)
}

/** [a0, b0, a1, b1, …] along the last axis. */
function woven(emit: Emit, pair: readonly string[], half: string, outputs: number | readonly string[] = 1): string {
  const columns = pair.map((x) => emit.add('Unsqueeze', [x, int64s(emit, -1)])[0])
  const stacked = emit.add('Concat', columns, { axis: int(-1) })[0]
  const target = joined(emit, sizesOf(emit, pair[0], 0, -1), emit.add('Add', [half, half])[0])
  return emit.add('Reshape', [stacked, target], {}, outputs)[0]
}

/** Rows of a table of angles [positions, half] or [N, tokens, half] as [N or 1, 1, tokens, half]. */
function angles(emit: Emit, table: string, positions: string): string {
  const rows = positions === '' ? table : emit.add('Gather', [table, positions], { axis: int(0) })[0]
  return emit.add('Reshape', [rows, joined(emit, int64s(emit, -1, 1), sizesOf(emit, rows, -2))])[0]
}

/**
 * RotaryEmbedding 23: pairs of numbers of each token are turned by angles that grow with its position.
 * source  ONNX operator set, RotaryEmbedding 23; Su et al. 2021, arXiv:2104.09864
 */
export const rotaryEmbedding: Rule = (node, emit) => {
  const [x, cos, sin, positions = ''] = node.inputs
  const given = {
    x,
    cos: angles(emit, cos, positions),
    sin: angles(emit, sin, positions),
    heads: intAttribute(node, 'num_heads', 0),
    interleaved: intAttribute(node, 'interleaved', 0) === 1,
    partial: intAttribute(node, 'rotary_embedding_dim', 0) !== 0,
  }
  turn(emit, given, node.outputs)
  return true
}

/**
 * RotaryEmbedding of com.microsoft: the positions come second, as one per token or as the place of the first token.
 * errors  graph.operator: several sequences packed into one
 */
export const microsoftRotaryEmbedding: Rule = (node, emit) => {
  const [x, positions, cos, sin] = node.inputs
  if (intAttribute(node, 'is_packed_batching', 0) !== 0) refuseOperator(node, 'packs several sequences into one')
  const factor = floatAttribute(node, 'scale', 1)
  if (factor !== 1) refuseOperator(node, `scales its angles by ${factor}`)
  const partial = intAttribute(node, 'rotary_embedding_dim', 0) !== 0
  const heads = intAttribute(node, 'num_heads', 0)
  const half = sizesOf(emit, cos, -1)
  const at = everyPosition(emit, positions, x)
  const given = {
    x,
    cos: angles(emit, cos, at),
    sin: angles(emit, sin, at),
    heads: heads === 0 ? { width: emit.add('Add', [half, half])[0] } : heads,
    interleaved: intAttribute(node, 'interleaved', 0) === 1,
    partial,
  }
  turn(emit, given, node.outputs)
  return true
}

/** [N, tokens] stays; the place of the first token [1] becomes [tokens]. */
function everyPosition(emit: Emit, positions: string, x: string): string {
  const rank = emit.add('Shape', [emit.add('Shape', [positions])[0]])[0]
  const isStart = emit.add('Sub', [int64s(emit, 2), rank])[0]
  return emit.add('Add', [positions, emit.add('Mul', [counting(emit, sizeOf(emit, x, -2)), isStart])[0]])[0]
}

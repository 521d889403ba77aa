import { int, ints } from '../../attributes.ts'
import type { Emit } from '../../rewrite.ts'

const toTheEnd = 2 ** 31 - 1

export const int64s = (emit: Emit, ...values: readonly number[]): string =>
  emit.constant('int64', [values.length], values)

/** Sizes of x from one axis to another, int64 [n]; folded to numbers once sizes are fixed. */
export function sizesOf(emit: Emit, x: string, from: number, to: number = toTheEnd): string {
  const shape = emit.add('Shape', [x])
  return emit.add('Slice', [shape[0], int64s(emit, from), int64s(emit, to)])[0]
}

/** One size of x, int64 scalar. */
export function sizeOf(emit: Emit, x: string, axis: number): string {
  const shape = emit.add('Shape', [x])
  return emit.add('Gather', [shape[0], emit.constant('int64', [], [axis])], { axis: int(0) })[0]
}

/** Several lists of sizes one after the other. */
export function joined(emit: Emit, ...parts: readonly string[]): string {
  return emit.add('Concat', parts, { axis: int(0) })[0]
}

/** 0 … count − 1, int64; count is a scalar. */
export function counting(emit: Emit, count: string): string {
  return emit.add('Range', [emit.constant('int64', [], [0]), count, emit.constant('int64', [], [1])])[0]
}

/** Whether x has four axes; bool [1]. */
function hasFourAxes(emit: Emit, x: string): string {
  const rank = emit.add('Shape', [emit.add('Shape', [x])[0]])
  return emit.add('Equal', [rank[0], int64s(emit, 4)])[0]
}

/**
 * [N, tokens, heads·width] or [N, heads, tokens, width] → [N, heads, tokens, width]. The rank is not known yet, so both
 * go one way: a volume is first written as [N, 1, heads·tokens, width], which the transposition leaves in order.
 *
 * heads   number of heads when x has three axes; or
 * width   numbers per head, int64 [1]
 */
export function toHeads(emit: Emit, x: string, heads: number | { readonly width: string }): string {
  const four = hasFourAxes(emit, x)
  const own = sizesOf(emit, x, -1)
  const width =
    typeof heads === 'number'
      ? emit.add('Div', [own, emit.add('Where', [four, int64s(emit, 1), int64s(emit, heads)])[0]])[0]
      : heads.width
  const rows = emit.add('Where', [four, int64s(emit, 1), sizesOf(emit, x, 1, 2)])[0]
  const open = joined(emit, int64s(emit, 0), rows, int64s(emit, -1), width)
  const swapped = swapMiddle(emit, emit.add('Reshape', [x, open])[0])
  const target = joined(emit, int64s(emit, 0, -1), sizesOf(emit, x, -2, -1), width)
  return emit.add('Reshape', [swapped, target])[0]
}

/** [N, heads, tokens, width] → the form of `like`: the same, or [N, tokens, heads·width]. */
export function fromHeads(emit: Emit, y: string, like: string, outputs: number | readonly string[] = 1): string {
  const four = hasFourAxes(emit, like)
  const rows = emit.add('Where', [four, int64s(emit, 1), sizesOf(emit, y, 1, 2)])[0]
  const open = joined(emit, int64s(emit, 0), rows, int64s(emit, -1), sizesOf(emit, y, -1))
  const swapped = swapMiddle(emit, emit.add('Reshape', [y, open])[0])
  const target = joined(emit, sizesOf(emit, like, 0, -1), int64s(emit, -1))
  return emit.add('Reshape', [swapped, target], {}, outputs)[0]
}

function swapMiddle(emit: Emit, x: string): string {
  return emit.add('Transpose', [x], { perm: ints([0, 2, 1, 3]) })[0]
}

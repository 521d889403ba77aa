import { scatterAlongAxis } from '../along-axis.ts'
import type { NodeContext } from '../context.ts'
import { sizeOf } from '../dims.ts'
import { shape } from '../operator.ts'

/**
 * Gather: y = x[…, indices, …] along one axis; g is added up at the places it was read from.
 *
 *   one index or a run of neighbours   zeros around g
 *   other constant indices             product with the 0/1 matrix [size, count]
 *   computed indices                   ScatterElements(add)
 *
 * source  ONNX operator set, Gather 1, 11, 13
 */
export const Gather = shape('Gather', (c) => {
  const { emit } = c
  const axis = c.axis('axis', 0)
  const size = c.dims()[axis]
  const [lead, tail] = [c.dims().slice(0, axis), c.dims().slice(axis + 1)]
  const count = sizeOf(c.dims(1))
  const g = emit.reshape(c.g(), [...lead, count, ...tail])
  const constant = c.constant(1)
  if (constant === null) return [scatterComputed(c, g, axis, count), null]
  const from = Array.from(constant, (i) => (i < 0 ? i + size : i))
  if (from.every((v, i) => v === from[0] + i)) {
    const only = (value: number): number[] => c.dims().map((_, a) => (a === axis ? value : 0))
    return [emit.pad(g, only(from[0]), only(size - from[0] - count)), null]
  }
  return [scatterAlongAxis(emit, g, axis, from, size), null]
})

function scatterComputed(c: NodeContext, g: string, axis: number, count: number): string {
  const { emit } = c
  const flat = emit.reshape(c.input(1), [
    count,
    ...c
      .dims()
      .slice(axis + 1)
      .map(() => 1),
  ])
  return emit.scatter(emit.zeros(c.dims()), emit.expand(flat, emit.dims(g)), g, axis, true)
}

import { intAttribute, intsAttribute } from '../../graph/attributes.ts'
import type { NodeContext } from '../context.ts'
import { sizeOf } from '../dims.ts'
import type { Operator } from '../operator.ts'
import { carryToTaps } from '../pool-taps.ts'
import { windowOf } from '../windows.ts'

/**
 * MaxPool: each output's g goes to the cell that won, the first in C order where several are equal.
 *
 * Where the provider tells its winners, the node carries its Indices output (request-indices.ts adds it), flat over
 * [N, C, …in]. MaxUnpool puts g there at the speed of memory; windows that overlap may share a winner and need a scatter that
 * adds. Elsewhere the winners are found again (pool-taps.ts).
 *
 * source  ONNX operator set, MaxPool 8, 10, 11, 12, 22
 */
export const MaxPool: Operator = {
  opType: 'MaxPool',
  domain: '',
  role: 'extremum',
  vjp: (c) => [carryToWinners(c, c.g())],
}

/**
 * Values at the outputs [N, C, …out] carried to the winning cells of [N, C, …in].
 *
 * of  tensor of the run whose winners are meant, by its name in the node; the node's own run when left out
 */
export function carryToWinners(c: NodeContext, values: string, of: (name: string) => string = (name) => name): string {
  if (c.emit.capabilities.poolIndices) return sentToWinners(c, values, of(c.output(1)))
  const window = windowOf(c, intsAttribute(c.node, 'kernel_shape'))
  return carryToTaps(c.emit, { values, x: of(c.input(0)), y: of(c.output()) }, window)
}

function sentToWinners(c: NodeContext, values: string, indices: string): string {
  const { emit } = c
  if (intAttribute(c.node, 'storage_order', 0) === 1) c.refuse('counts its indices column by column (storage_order=1)')
  const kernel = intsAttribute(c.node, 'kernel_shape')
  const strides = intsAttribute(
    c.node,
    'strides',
    kernel.map(() => 1),
  )
  const dilations = intsAttribute(
    c.node,
    'dilations',
    kernel.map(() => 1),
  )
  const overlap = kernel.some((k, i) => (k - 1) * dilations[i] >= strides[i])
  const shrinks = emit.dims(values).every((size, axis) => size <= c.dims()[axis])
  if (!overlap && shrinks && emit.capabilities.maxUnpool) return emit.unpool(values, indices, c.dims())
  const size = sizeOf(c.dims())
  const count = sizeOf(emit.dims(values))
  const flat = emit.scatter(
    emit.zeros([size]),
    emit.reshape(indices, [count]),
    emit.reshape(values, [count]),
    0,
    overlap,
  )
  return emit.reshape(flat, c.dims())
}

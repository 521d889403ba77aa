import { int, intAttribute } from '../../graph/attributes.ts'
import { range, sizeOf } from '../dims.ts'
import { shape } from '../operator.ts'

/**
 * GatherND: y reads slices of x at index tuples. The tuples become flat positions, and g is added up there with
 * ScatterElements: ScatterND(add) is a data race in ONNX Runtime.
 *
 *   x [b…, d₁ … d_q, rest], indices [b…, many…, q]  →  g [b…, many…, rest]
 *
 * source  ONNX operator set, GatherND 11, 12, 13
 */
export const GatherND = shape('GatherND', (c) => {
  const { emit } = c
  const batchAxes = intAttribute(c.node, 'batch_dims', 0)
  const dims = c.dims()
  const depth = c.dims(1)[c.dims(1).length - 1]
  const batch = sizeOf(dims.slice(0, batchAxes))
  const indexed = dims.slice(batchAxes, batchAxes + depth)
  const rest = sizeOf(dims.slice(batchAxes + depth))
  const many = sizeOf(c.dims(1)) / (batch * depth)
  const steps = indexed.map((_, i) => sizeOf(indexed.slice(i + 1)))
  const tuples = emit.reshape(c.input(1), [batch * many, depth])
  const wrapped = emit.node('Mod', [tuples, emit.ints(indexed)], [batch * many, depth], {}, 'int64')
  const scaled = emit.node('Mul', [wrapped, emit.ints(steps)], [batch * many, depth], {}, 'int64')
  const flat = emit.node('ReduceSum', [scaled, emit.ints([1])], [batch * many, 1], { keepdims: int(1) }, 'int64')
  const places = sizeOf(indexed)
  const offsets = emit.ints(
    range(0, batch * many).map((i) => Math.floor(i / many) * places),
    [batch * many, 1],
  )
  const rows = emit.node('Add', [flat, offsets], [batch * many, 1], {}, 'int64')
  const g = emit.reshape(c.g(), [batch * many, rest])
  const zeros = emit.zeros([batch * places, rest])
  return [emit.reshape(emit.scatter(zeros, emit.expand(rows, [batch * many, rest]), g, 0, true), dims), null]
})

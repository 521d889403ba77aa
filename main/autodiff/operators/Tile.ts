import { shape } from '../operator.ts'

/**
 * Tile: whole copies laid side by side; g is summed over the copies.
 *
 * source  ONNX operator set, Tile 6, 13
 */
export const Tile = shape('Tile', (c) => {
  const copies = c.dims().map((d, i) => c.outputDims()[i] / d)
  const apart = c.emit.reshape(
    c.g(),
    c.dims().flatMap((d, i) => [copies[i], d]),
  )
  const summed = c.emit.reduce(
    'ReduceSum',
    apart,
    c.dims().map((_, i) => 2 * i),
  )
  return [c.emit.reshape(summed, c.dims())]
})

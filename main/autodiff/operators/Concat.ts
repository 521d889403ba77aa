import { shape } from '../operator.ts'

/**
 * Concat along one axis; each input receives its part of g.
 *
 * source  ONNX operator set, Concat 4, 11, 13
 */
export const Concat = shape('Concat', (c) => {
  const { emit } = c
  const axis = c.axis('axis', 1)
  const sizes = c.node.inputs.map((_, i) => c.dims(i)[axis])
  const wanted = sizes.filter((_, i) => c.needs(i)).length
  if (wanted === sizes.length) return emit.split(c.g(), sizes, axis)
  let start = 0
  return sizes.map((size, i) => {
    const part = c.needs(i) ? emit.slice(c.g(), [start], [start + size], [axis]) : null
    start += size
    return part
  })
})

import { int, stringAttribute } from '../../graph/attributes.ts'
import { shape } from '../operator.ts'

/**
 * ScatterElements: data with updates written (or added) at given places along one axis.
 *
 *   data     receives g, with zeros where it was overwritten
 *   updates  receive g read at their places; no two places may be the same unless they add up
 *
 * errors  autodiff.unsupported: reduction mul, max or min
 * source  ONNX operator set, ScatterElements 11, 13, 16, 18
 */
export const ScatterElements = shape('ScatterElements', (c) => {
  const { emit } = c
  const reduction = stringAttribute(c.node, 'reduction', 'none')
  if (reduction !== 'none' && reduction !== 'add') c.refuse(`combines with reduction "${reduction}"`)
  const axis = c.axis('axis', 0)
  const kept = (): string =>
    reduction === 'add' ? c.g() : emit.scatter(c.g(), c.input(1), emit.zeros(c.dims(2)), axis, false)
  const read = (): string => emit.node('GatherElements', [c.g(), c.input(1)], c.dims(2), { axis: int(axis) })
  return [c.needs(0) ? kept() : null, null, c.needs(2) ? read() : null]
})

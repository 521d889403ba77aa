import { stringAttribute } from '../../graph/attributes.ts'
import { shape } from '../operator.ts'

/**
 * ScatterND: data with updates written (or added) at index tuples.
 *
 *   data     receives g, with zeros where it was overwritten
 *   updates  receive g read at their places (GatherND); no two places may be the same unless they add up
 *
 * errors  autodiff.unsupported: reduction mul, max or min
 * source  ONNX operator set, ScatterND 11, 13, 16, 18
 */
export const ScatterND = shape('ScatterND', (c) => {
  const { emit } = c
  const reduction = stringAttribute(c.node, 'reduction', 'none')
  if (reduction !== 'none' && reduction !== 'add') c.refuse(`combines with reduction "${reduction}"`)
  const kept = (): string =>
    reduction === 'add' ? c.g() : emit.node('ScatterND', [c.g(), c.input(1), emit.zeros(c.dims(2))], c.dims())
  const read = (): string => emit.node('GatherND', [c.g(), c.input(1)], c.dims(2))
  return [c.needs(0) ? kept() : null, null, c.needs(2) ? read() : null]
})

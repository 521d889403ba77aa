import { intAttribute, stringAttribute } from '../../graph/attributes.ts'
import { shape } from '../operator.ts'

/**
 * DepthToSpace: blocks of channels become blocks of pixels, b·b at a time; g goes the other way.
 *
 *   DCR   channels are (row, column, channel)   CRD   channels are (channel, row, column)
 *
 * source  ONNX operator set, DepthToSpace 1, 11, 13
 */
export const DepthToSpace = shape('DepthToSpace', (c) => {
  const { emit } = c
  const b = intAttribute(c.node, 'blocksize')
  const [n, channels, h, w] = c.outputDims()
  const apart = emit.reshape(c.g(), [n, channels, h / b, b, w / b, b])
  const crd = stringAttribute(c.node, 'mode', 'DCR') === 'CRD'
  return [emit.reshape(emit.transpose(apart, crd ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4]), c.dims())]
})

import { intAttribute } from '../../graph/attributes.ts'
import { shape } from '../operator.ts'

/**
 * SpaceToDepth: blocks of b·b pixels become channels (row, column, channel); g goes the other way.
 *
 * source  ONNX operator set, SpaceToDepth 1, 13
 */
export const SpaceToDepth = shape('SpaceToDepth', (c) => {
  const { emit } = c
  const b = intAttribute(c.node, 'blocksize')
  const [n, channels, h, w] = c.dims()
  const apart = emit.reshape(c.g(), [n, b, b, channels, h / b, w / b])
  return [emit.reshape(emit.transpose(apart, [0, 3, 4, 1, 5, 2]), c.dims())]
})

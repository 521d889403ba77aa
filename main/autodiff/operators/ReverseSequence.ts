import { shape } from '../operator.ts'

/**
 * ReverseSequence: turns the first entries of each sequence round; doing it twice changes nothing, so g is turned alike.
 *
 * source  ONNX operator set, ReverseSequence 10
 */
export const ReverseSequence = shape('ReverseSequence', (c) => [
  c.emit.node('ReverseSequence', [c.g(), c.input(1)], c.dims(), c.node.attributes),
])

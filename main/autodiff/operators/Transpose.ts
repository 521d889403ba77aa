import { intsAttribute } from '../../graph/attributes.ts'
import { inversePermutation } from '../dims.ts'
import { shape } from '../operator.ts'

/**
 * Transpose: g is turned back by the inverse permutation.
 *
 * source  ONNX operator set, Transpose 1, 13, 21
 */
export const Transpose = shape('Transpose', (c) => {
  const reversed = c.dims().map((_, i) => c.dims().length - 1 - i)
  return [c.emit.transpose(c.g(), inversePermutation(intsAttribute(c.node, 'perm', reversed)))]
})

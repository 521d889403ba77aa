import type { Node } from '../../graph/model.ts'
import type { Array64 } from './array64.support.ts'
import { broadcastEvaluate, broadcasting, clip, scalars } from './element-wise.support.ts'
import { gridSample } from './grid-sample.support.ts'
import { conv, convTranspose, einsum, gemm, matMul } from './linear.support.ts'
import { moving } from './moving.support.ts'
import { norms, reduction } from './reductions.support.ts'
import { resize } from './resize.support.ts'
import { maxUnpool, pools } from './windows.support.ts'

/**
 * One operator from its definition in ONNX, in double precision and as dully as possible: the second opinion against
 * which values and derivatives are tested.
 *
 * outputDims  the shapes the runtime found, for operators whose parameters do not spell them out
 */
export function evaluate(
  node: Node,
  inputs: readonly (Array64 | null)[],
  outputDims: readonly (readonly number[])[],
): readonly Array64[] {
  const { opType } = node
  const x = inputs[0]!
  const scalar = scalars[opType]
  if (scalar) return [{ dims: x.dims, data: x.data.map((v) => scalar(v, node)) }]
  if (broadcasting[opType]) return [broadcastEvaluate(node, inputs as readonly Array64[], broadcasting[opType])]
  if (moving[opType]) return moving[opType](node, inputs, outputDims)
  if (norms[opType]) return [norms[opType](node, inputs)]
  if (pools[opType]) return [pools[opType](node, x)]
  const folded = reduction(node, inputs)
  if (folded) return [folded]
  switch (opType) {
    case 'Clip':
      return [clip(node, inputs)]
    case 'Conv':
      return [conv(node, inputs)]
    case 'ConvTranspose':
      return [convTranspose(node, inputs, outputDims[0])]
    case 'Gemm':
      return [gemm(node, inputs)]
    case 'MatMul':
      return [matMul(x, inputs[1]!)]
    case 'Einsum':
      return [einsum(node, inputs as readonly Array64[])]
    case 'GridSample':
      return [gridSample(node, inputs)]
    case 'CastLike':
      return [x]
    case 'MaxUnpool':
      return [maxUnpool(inputs, outputDims[0])]
    case 'Resize':
      return [resize(node, inputs, outputDims[0])]
    default:
      throw new Error(`The double-precision evaluation has no ${opType}.`)
  }
}

import type { Node, Shapes } from '../../model.ts'
import type { Emit } from '../../rewrite.ts'

const size = (dims: readonly number[]): number => dims.reduce((n, d) => n * d, 1)

/**
 * Reductions that leave as many numbers as they are given, over axes of one element each or over none: the function that
 * they take of a single number,
 *
 *   ReduceL1, ReduceL2   |x|        ReduceSumSquare   x·x        ReduceLogSum   log x
 *
 * A kernel that copies where there is nothing to add forgets it. The others give x itself, as a copy does.
 *
 * source  ONNX operator set, Reduce* 1 to 18; microsoft/onnxruntime, core/providers/cuda/reduction/reduction_ops.cc
 */
export function reductionOfOne(node: Node, emit: Emit, shapes: Shapes): boolean {
  const [x] = node.inputs
  const [from, to] = [shapes.get(x)?.dims, shapes.get(node.outputs[0])?.dims]
  if (!from || !to || size(from) !== size(to)) return false
  const isKept = from.length === to.length
  const outputs = isKept ? node.outputs : 1
  const functionOf = (): readonly string[] | null => {
    switch (node.opType) {
      case 'ReduceL1':
      case 'ReduceL2':
        return emit.add('Abs', [x], {}, outputs)
      case 'ReduceSumSquare':
        return emit.add('Mul', [x, x], {}, outputs)
      case 'ReduceLogSum':
        return emit.add('Log', [x], {}, outputs)
      default:
        return null
    }
  }
  const found = functionOf()
  if (found === null) return false
  if (!isKept) emit.add('Reshape', [found[0], emit.constant('int64', [to.length], to)], {}, node.outputs)
  return true
}

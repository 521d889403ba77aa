import { floatAttribute, hasAttribute } from '../../graph/attributes.ts'
import type { Node } from '../../graph/model.ts'

const always = new Set(['Relu', 'Sigmoid', 'HardSigmoid', 'Softplus', 'Exp', 'Softmax', 'Abs', 'ReduceL1', 'ReduceL2'])
const handsOn = new Set([
  'MaxPool',
  'AveragePool',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'ReduceMean',
  'ReduceSum',
  'ReduceMax',
  'Reshape',
  'Flatten',
  'Transpose',
  'Squeeze',
  'Unsqueeze',
  'Identity',
  'Dropout',
  'Slice',
  'Split',
  'Gather',
  'Expand',
  'Tile',
  'DepthToSpace',
  'SpaceToDepth',
])
const ofAll = new Set(['Concat', 'Add', 'Sum', 'Mul', 'Max', 'Min', 'Mean'])

/** Tells which tensors can have no negative value, from the operators that made them alone. */
export function nonNegativeTensors(
  producers: ReadonlyMap<string, Node>,
  numbersOf: (name: string) => ArrayLike<number> | null,
): (name: string) => boolean {
  const known = new Map<string, boolean>()
  const decide = (name: string): boolean => {
    const node = producers.get(name)
    if (!node) {
      const values = numbersOf(name)
      return values !== null && Array.prototype.every.call(values, (v: number) => v >= 0)
    }
    if (node.domain !== '') return false
    if (always.has(node.opType)) return true
    if (node.opType === 'Clip') {
      const low = node.inputs[1] ? numbersOf(node.inputs[1])?.[0] : undefined
      return (low ?? (hasAttribute(node, 'min') ? floatAttribute(node, 'min') : -1)) >= 0
    }
    if (handsOn.has(node.opType)) return answer(node.inputs[0])
    return ofAll.has(node.opType) && node.inputs.every((input) => answer(input))
  }
  const answer = (name: string): boolean => {
    const before = known.get(name)
    if (before !== undefined) return before
    const result = decide(name)
    known.set(name, result)
    return result
  }
  return answer
}

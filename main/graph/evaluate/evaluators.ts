import type { Node } from '../model.ts'
import { elementwise } from './elementwise.ts'
import { layout } from './layout.ts'
import { reductions } from './reduce.ts'
import { select } from './select.ts'
import type { Evaluator, Value } from './value.ts'

const evaluators: ReadonlyMap<string, Evaluator> = new Map(
  [elementwise, layout, select, reductions].flatMap((table) => Object.entries(table)),
)

/**
 * The outputs of a node whose inputs are all known; null when the operator is not one of the evaluator's, or the
 * numbers do not fit it (ONNX Runtime then reports the fault).
 */
export function evaluate(node: Node, inputs: readonly (Value | null)[]): readonly Value[] | null {
  if (node.domain !== '') return null
  const evaluator = evaluators.get(node.opType)
  return evaluator ? evaluator(node, inputs) : null
}

export function canEvaluate(node: Node): boolean {
  return node.domain === '' && evaluators.has(node.opType)
}

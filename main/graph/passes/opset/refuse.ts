import { SaliscopeError } from '../../../shared/errors.ts'
import { describeNode } from '../../attributes.ts'
import type { Node } from '../../model.ts'

/** The error for a form of an operator that version 18 of the operator set cannot express. */
export function refuseOperator(node: Node, why: string): never {
  throw new SaliscopeError(
    'graph.operator',
    `The ${describeNode(node)} ${why}; export the model again with opset 17 or 18.`,
    {
      node: node.name,
      operator: node.opType,
    },
  )
}

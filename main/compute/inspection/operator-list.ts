import { missingRules } from '../../autodiff/gradient.ts'
import { operatorOf } from '../../autodiff/operators/registry.ts'
import { reasonFor } from '../../autodiff/reasons.ts'
import { nodesBetween } from '../../autodiff/walk.ts'
import { describeNode } from '../../graph/attributes.ts'
import type { Graph, Node } from '../../graph/model.ts'
import type { Prepared } from '../../inference/prepare.ts'
import { SCORES } from '../../inference/score-head.ts'
import type { ModelReport } from '../../shared/domain/model.ts'

const nameOf = (node: Pick<Node, 'domain' | 'opType'>): string =>
  node.domain === '' || node.domain === 'ai.onnx' ? node.opType : `${node.domain}.${node.opType}`

/** Every node of a graph and of its sub-graphs. */
function* nodesOf(graph: Graph): Generator<Node> {
  for (const node of graph.nodes) {
    yield node
    for (const attribute of Object.values(node.attributes))
      if (attribute.kind === 'graph') yield* nodesOf(attribute.value)
  }
}

/** Nodes that a gradient from the input to the scores would have to pass and cannot. */
export function withoutRule({ one, input }: Prepared): { node: string; operator: string; reason: string }[] {
  return missingRules(one.model, one.shapes, input.name, SCORES).map((node) => ({
    node: describeNode(node),
    operator: nameOf(node),
    reason: reasonFor(node.domain, node.opType),
  }))
}

/**
 * The operators of a file with their counts and whether a derivative is needed and known.
 *
 * prepared  null when the file could not be prepared; rules are then told by the operators' names alone
 */
export function operatorList(file: Graph, prepared: Prepared | null): ModelReport['operators'] {
  const counts = new Map<string, { count: number; node: Node }>()
  for (const node of nodesOf(file)) {
    const known = counts.get(nameOf(node))
    counts.set(nameOf(node), { count: (known?.count ?? 0) + 1, node })
  }
  const judge = prepared === null ? byName : inPrepared(prepared)
  return [...counts]
    .sort(([a, x], [b, y]) => y.count - x.count || a.localeCompare(b))
    .map(([name, { count, node }]) => ({ name, count, ...judge(node) }))
}

type Judgement = Pick<ModelReport['operators'][number], 'rule' | 'reason'>

function byName(node: Node): Judgement {
  const operator = operatorOf(node)
  if (operator === null) return { rule: 'no', reason: reasonFor(node.domain, node.opType) }
  return operator.role === 'zero'
    ? { rule: 'not-needed', reason: 'Piecewise constant or integer: nothing flows back.' }
    : { rule: 'yes', reason: '' }
}

function inPrepared({ one, input }: Prepared): (node: Node) => Judgement {
  const missing = new Set(missingRules(one.model, one.shapes, input.name, SCORES).map(nameOf))
  const { nodes } = nodesBetween(one.model.graph, one.shapes, input.name, SCORES, operatorOf)
  const passed = new Set(nodes.map(nameOf))
  const kept = new Set(one.model.graph.nodes.map(nameOf))
  return (node) => {
    const name = nameOf(node)
    if (missing.has(name)) return { rule: 'no', reason: reasonFor(node.domain, node.opType) }
    if (passed.has(name)) return { rule: 'yes', reason: '' }
    if (operatorOf(node)?.role === 'zero' && kept.has(name))
      return { rule: 'not-needed', reason: 'Piecewise constant or integer: nothing flows back.' }
    if (kept.has(name)) return { rule: 'not-needed', reason: 'Not between the input and the scores.' }
    return { rule: 'not-needed', reason: 'Folded away, cut with the head, or written as other operators.' }
  }
}

import type { Node } from '../../graph/model.ts'
import type { Operator } from '../operator.ts'
import { stepOf } from './deeplift-steps.ts'

/** What decides where a tensor comes from. */
export interface Ancestry {
  readonly producers: ReadonlyMap<string, Node>
  /** The tensors that depend on the model's input. */
  readonly active: ReadonlySet<string>
  readonly operatorOf: (node: Node) => Operator | null
}

const roles = new Set(['element-wise', 'sum', 'product'])

/** Comparisons have no slope, and a choice no role of its own, but they take each place by itself, as steps do. */
const choosing = new Set('Greater GreaterOrEqual Less LessOrEqual Not Where Cast'.split(' '))

/** Activations written out are short; no chain of nodes is followed further back. */
const furthest = 12

/** Whether a tensor is computed from another one, and from constants, place by place: an activation of it in one node or several. */
export function isPointwiseOf(name: string, of: string, ancestry: Ancestry): boolean {
  return originOf(name, of, ancestry, furthest) === 'it'
}

function originOf(name: string, of: string, ancestry: Ancestry, left: number): 'it' | 'constant' | 'else' {
  if (name === of) return 'it'
  const node = ancestry.producers.get(name)
  if (!node) return ancestry.active.has(name) ? 'else' : 'constant'
  const isPointwise =
    roles.has(ancestry.operatorOf(node)?.role ?? '') ||
    stepOf(node) !== null ||
    (node.domain === '' && choosing.has(node.opType))
  if (!isPointwise || left === 0) return 'else'
  let origin: 'it' | 'constant' = 'constant'
  for (const input of node.inputs) {
    if (input === '') continue
    const found = originOf(input, of, ancestry, left - 1)
    if (found === 'else') return 'else'
    if (found === 'it') origin = 'it'
  }
  return origin
}

import { describeNode } from '../graph/attributes.ts'
import type { Node } from '../graph/model.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { NodeContext } from './context.ts'
import { same } from './dims.ts'
import type { Emit } from './emit.ts'
import type { BackwardRule, Gradients, Operator } from './operator.ts'
import { reasonFor } from './reasons.ts'
import { type SigmoidGate, throughGate } from './sigmoid-gates.ts'

/** Chooses the rule of a node; null means the operator's own derivative. */
export type RuleChoice = (context: NodeContext, operator: Operator) => BackwardRule | null

/** What the reverse walk needs besides the nodes. */
export interface Walk {
  readonly emit: Emit
  /** Nodes on a path from the source to the target, in topological order. */
  readonly nodes: readonly Node[]
  readonly active: ReadonlySet<string>
  readonly operatorOf: (node: Node) => Operator | null
  readonly choose: RuleChoice
  /** Products whose sigmoid is differentiated together with them; none for rules other than the derivative. */
  readonly gates?: ReadonlyMap<Node, SigmoidGate>
  /** Tensors on the way whose gradient is wanted as well; what arrives at each is written beside it. */
  readonly watched?: Map<string, string | null>
  /** Told of every node that was passed: what arrived at its outputs and what it handed to its inputs. */
  readonly visit?: (node: Node, arriving: readonly (string | null)[], handed: Gradients) => void
}

/**
 * Reverse walk: carries `seed`, which arrives at `target`, back to `source` and returns what arrives there.
 *
 * Contributions to a tensor are joined with one sum once all its consumers have been visited; the shape of each is
 * compared with the tensor's own.
 *
 * errors  autodiff.no-path: nothing arrives; autodiff.no-rule, autodiff.no-input-rule, autodiff.shape name the node
 */
export function walkBack(walk: Walk, target: string, seed: string, source: string): string {
  const contributions = new Map<string, string[]>([[target, [seed]]])
  const joined = (name: string): string | null => {
    const terms = contributions.get(name)
    if (!terms) return null
    const total = walk.emit.sum(terms)
    contributions.set(name, [total])
    return total
  }
  for (let i = walk.nodes.length - 1; i >= 0; i--) {
    const node = walk.nodes[i]
    const arriving = node.outputs.map((name) => (name === '' || name === source ? null : joined(name)))
    if (arriving.every((name) => name === null)) continue
    const gradients = gradientsAt(walk, node, arriving)
    walk.visit?.(node, arriving, gradients)
    node.inputs.forEach((name, index) => {
      const gradient = gradients[index] ?? null
      if (gradient === null || !walk.active.has(name)) return
      checkShape(walk.emit, node, name, gradient)
      const terms = contributions.get(name)
      if (terms) terms.push(gradient)
      else contributions.set(name, [gradient])
    })
  }
  for (const name of walk.watched?.keys() ?? []) walk.watched?.set(name, joined(name))
  const result = joined(source)
  if (result === null) {
    throw new SaliscopeError(
      'autodiff.no-path',
      `The score "${target}" does not depend on "${source}" through differentiable operators; choose a tensor between the input and the score.`,
      { source, target },
    )
  }
  return result
}

function gradientsAt(walk: Walk, node: Node, arriving: readonly (string | null)[]): Gradients {
  const operator = walk.operatorOf(node)
  if (!operator) throw noRule(node)
  const context = new NodeContext(node, walk.emit, arriving, walk.active)
  const gate = walk.gates?.get(node)
  if (gate !== undefined) return node.inputs.map((_, at) => (at === gate.at ? throughGate(context, gate) : null))
  const rule = walk.choose(context, operator) ?? operator.vjp
  const gradients = rule(context)
  node.inputs.forEach((name, index) => {
    if (!walk.active.has(name) || (gradients[index] ?? null) !== null) return
    const again = node.inputs.some((other, k) => other === name && (gradients[k] ?? null) !== null)
    if (again) return
    throw new SaliscopeError(
      'autodiff.no-input-rule',
      `Input ${index} ("${name}") of the ${describeNode(node)} is computed from the model's input, and the operator has no derivative for it. Choose a method that only runs the model.`,
      { node: node.name, operator: node.opType, input: index },
    )
  })
  return gradients
}

/** The error for an operator that the registry does not have. */
export function noRule(node: Node): SaliscopeError {
  return new SaliscopeError(
    'autodiff.no-rule',
    `The ${describeNode(node)} lies between the input and the score and has no derivative: ${reasonFor(node.domain, node.opType)}.`,
    { node: node.name, operator: node.opType, domain: node.domain },
  )
}

function checkShape(emit: Emit, node: Node, name: string, gradient: string): void {
  const found = emit.dims(gradient)
  const expected = emit.dims(name)
  if (same(found, expected)) return
  throw new SaliscopeError(
    'autodiff.shape',
    `The derivative of the ${describeNode(node)} for "${name}" has shape [${found}], and the tensor has [${expected}].`,
    { node: node.name, operator: node.opType, found, expected },
  )
}

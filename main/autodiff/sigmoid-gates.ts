import type { Node } from '../graph/model.ts'
import type { NodeContext } from './context.ts'

/** x·σ(x) written as two nodes: SiLU, as exporters leave it. */
export interface SigmoidGate {
  /** Which input of the product is x. */
  readonly at: number
  readonly sigmoid: string
}

/**
 * Products of a tensor with its own sigmoid, by the product's node. Together they have the slope
 * σ + y·(1 − σ): four element-wise nodes instead of six, and these networks spend most of a backward pass there. A sigmoid that
 * anything else reads stays with its own rule.
 */
export function sigmoidGates(nodes: readonly Node[]): ReadonlyMap<Node, SigmoidGate> {
  const sigmoids = new Map<string, string>()
  const readers = new Map<string, number>()
  for (const node of nodes) {
    for (const name of node.inputs) readers.set(name, (readers.get(name) ?? 0) + 1)
    if (node.opType === 'Sigmoid' && node.domain === '') sigmoids.set(node.outputs[0], node.inputs[0])
  }
  const gates = new Map<Node, SigmoidGate>()
  for (const node of nodes) {
    if (node.opType !== 'Mul' || node.domain !== '') continue
    for (const at of [0, 1]) {
      const [sigmoid, x] = [node.inputs[at], node.inputs[1 - at]]
      if (sigmoids.get(sigmoid) === x && readers.get(sigmoid) === 1) gates.set(node, { at: 1 - at, sigmoid })
    }
  }
  return gates
}

/** What arrives at x through both ways of a gate. */
export function throughGate(context: NodeContext, { sigmoid }: SigmoidGate): string {
  const { emit } = context
  const slope = emit.add(sigmoid, emit.mul(context.output(), emit.sub(1, sigmoid)))
  return emit.mul(context.g(), slope)
}

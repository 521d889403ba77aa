import { graphAttribute } from '../attributes.ts'
import { numbersOf } from '../constants.ts'
import { renameReads, withGraph } from '../edit.ts'
import type { ConstantTensor, Graph, Node, OnnxModel } from '../model.ts'

/** The branch's nodes with its own names made unique; its outputs take the names of the If node. */
function inlined(node: Node, branch: Graph, taken: Set<string>, initializers: Map<string, ConstantTensor>): Node[] {
  const names = new Map<string, string>()
  const rename = (name: string): void => {
    let fresh = name
    for (let k = 0; taken.has(fresh); k++) fresh = `${node.name || node.outputs[0]}/${name}_${k}`
    taken.add(fresh)
    if (fresh !== name) names.set(name, fresh)
  }
  for (const inner of branch.nodes) for (const output of inner.outputs) if (output !== '') rename(output)
  for (const [name, tensor] of branch.initializers) {
    rename(name)
    const final = names.get(name) ?? name
    initializers.set(final, { ...tensor, name: final })
  }
  const nodes = branch.nodes.map((inner) => ({
    ...renameReads(inner, names),
    outputs: inner.outputs.map((o) => names.get(o) ?? o),
  }))
  // Identity keeps a branch output readable that is a constant, an outer tensor, or read elsewhere too; drop-identity removes it.
  const ends = branch.outputs.flatMap((output, i): Node[] => {
    const target = node.outputs[i]
    if (!target) return []
    const source = names.get(output.name) ?? output.name
    return [
      { name: `${target}/branch`, opType: 'Identity', domain: '', inputs: [source], outputs: [target], attributes: {} },
    ]
  })
  return [...nodes, ...ends]
}

/** Puts the chosen branch in the place of every If whose condition is a constant. */
export function inlineIf(model: OnnxModel): OnnxModel {
  const { graph } = model
  if (!graph.nodes.some((node) => node.opType === 'If')) return model
  const initializers = new Map(graph.initializers)
  const taken = new Set<string>([...graph.inputs.map((i) => i.name), ...initializers.keys()])
  for (const node of graph.nodes) for (const output of node.outputs) taken.add(output)
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const condition = node.opType === 'If' ? initializers.get(node.inputs[0]) : undefined
    if (!condition) return [node]
    const branch = graphAttribute(node, numbersOf(condition, model.directory)[0] !== 0 ? 'then_branch' : 'else_branch')
    if (branch === null) return [node]
    return inlined(node, branch, taken, initializers)
  })
  return withGraph(model, { nodes, initializers })
}

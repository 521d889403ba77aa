import { SaliscopeError } from '../../shared/errors.ts'
import { withGraph } from '../edit.ts'
import type { OnnxModel, Shapes, ValueInfo } from '../model.ts'

/** Names of every tensor the nodes of the main graph produce, in order. */
export function intermediateNames(model: OnnxModel): string[] {
  return model.graph.nodes.flatMap((node) => node.outputs.filter((output) => output !== ''))
}

/**
 * The same model with these tensors as outputs (all intermediates when `names` is left out), for the run that probes
 * shapes or reads activations. Types come from `shapes` where known; the writer leaves unknown ones to ONNX Runtime.
 *
 * errors  graph.tensor-unknown: a name no node produces
 */
export function exposeTensors(
  model: OnnxModel,
  names: readonly string[] | null = null,
  shapes: Shapes | null = null,
): OnnxModel {
  const produced = new Set(intermediateNames(model))
  for (const input of model.graph.inputs) produced.add(input.name)
  for (const name of model.graph.initializers.keys()) produced.add(name)
  const declared = new Map(model.graph.outputs.map((o) => [o.name, o]))
  const outputs = [...new Set(names ?? intermediateNames(model))].map((name): ValueInfo => {
    if (!produced.has(name)) {
      throw new SaliscopeError(
        'graph.tensor-unknown',
        `The model has no tensor "${name}"; \`saliscope inspect\` lists the names that can be used.`,
        {
          tensor: name,
        },
      )
    }
    const known = shapes?.get(name)
    return known
      ? { name, type: known.type, dims: known.dims }
      : (declared.get(name) ?? { name, type: 'float', dims: null })
  })
  return withGraph(model, { outputs })
}

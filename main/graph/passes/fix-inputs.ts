import { SaliscopeError } from '../../shared/errors.ts'
import { withGraph } from '../edit.ts'
import type { Dimension, OnnxModel, ValueInfo } from '../model.ts'

/** Full shapes by input name, batch included. */
export type InputDims = Readonly<Record<string, readonly number[]>>

function boundSymbols(model: OnnxModel, sizes: InputDims): Map<string, number> {
  const bound = new Map<string, number>()
  for (const input of model.graph.inputs) {
    sizes[input.name]?.forEach((size, axis) => {
      const dim = input.dims?.[axis]
      if (typeof dim !== 'string') return
      const before = bound.get(dim)
      if (before !== undefined && before !== size) {
        throw new SaliscopeError(
          'graph.shape',
          `The axis called "${dim}" of the model was given the sizes ${before} and ${size}; it has one.`,
          { axis: dim },
        )
      }
      bound.set(dim, size)
    })
  }
  return bound
}

function fixed(input: ValueInfo, sizes: readonly number[] | undefined, bound: ReadonlyMap<string, number>): ValueInfo {
  if (sizes === undefined)
    return { ...input, dims: input.dims?.map((d) => (typeof d === 'string' ? (bound.get(d) ?? d) : d)) ?? null }
  const dims: readonly Dimension[] = input.dims ?? sizes.map(() => null)
  const fits = dims.length === sizes.length && dims.every((d, axis) => typeof d !== 'number' || d === sizes[axis])
  if (!fits) {
    throw new SaliscopeError(
      'graph.shape',
      `The input "${input.name}" of the model has the shape [${dims.map((d) => d ?? '?').join(', ')}] and was given [${sizes.join(', ')}]; change the sizes in the model card.`,
      { input: input.name, has: dims, given: sizes },
    )
  }
  return { ...input, dims: [...sizes] }
}

/**
 * Gives the inputs fixed sizes: symbolic axes take one number everywhere. A size the file has fixed itself cannot be
 * changed here (lift-batch.ts does that for the batch).
 *
 * errors  graph.shape: sizes that contradict the file or one another
 */
export function fixInputs(model: OnnxModel, sizes: InputDims): OnnxModel {
  const bound = boundSymbols(model, sizes)
  return withGraph(model, {
    inputs: model.graph.inputs.map((input) => fixed(input, sizes[input.name], bound)),
    // Symbols of outputs may depend on several axes: the analysis tells their sizes.
    outputs: model.graph.outputs.map((output) => ({ ...output, dims: null })),
  })
}

import { SaliscopeError } from '../shared/errors.ts'
import { sizeOf } from '../tensor/tensor.ts'
import { spatialDims, toChannelsFirst } from './layout.ts'
import type { Prepared } from './prepare.ts'

/** A tensor at which maps can be made. */
export interface LayerGeometry {
  readonly name: string
  /** [K, ...spatial], whatever the layout in the graph. */
  readonly dims: readonly number[]
  /** Permutation from the graph's axes to [N, K, ...spatial]. */
  readonly order: readonly number[]
}

function geometryOf(prepared: Prepared, name: string): LayerGeometry | null {
  const found = prepared.one.shapes.get(name)
  if (found === undefined || found.type !== 'float' || found.dims.length < 3) return null
  const axis = prepared.one.channelAxes.get(name) ?? 1
  const order = toChannelsFirst(found.dims.length, axis)
  return { name, dims: order.slice(1).map((i) => found.dims[i]), order }
}

/**
 * Tensors with channels and a spatial extent above 1, in the order of computation; the last one is the default of the CAM
 * family. Only those with as many spatial axes as the input, where there are any: norms over groups stand in many files
 * between reshapes to [N, groups, cells], which have no place in the image.
 */
export function candidateLayers(prepared: Prepared): readonly LayerGeometry[] {
  const layers = spatialLayers(prepared)
  const laidOut = layers.filter(({ dims }) => dims.length - 1 === prepared.input.spatialAxes.length)
  return laidOut.length > 0 ? laidOut : layers
}

function spatialLayers(prepared: Prepared): readonly LayerGeometry[] {
  const layers: LayerGeometry[] = []
  for (const node of prepared.one.model.graph.nodes) {
    for (const name of node.outputs) {
      const axis = prepared.one.channelAxes.get(name)
      const dims = prepared.one.shapes.get(name)?.dims
      if (axis === undefined || dims === undefined || sizeOf(spatialDims(dims, axis)) <= 1) continue
      const geometry = geometryOf(prepared, name)
      if (geometry !== null) layers.push(geometry)
    }
  }
  return layers
}

/**
 * The tensor named, or the default: the last tensor whose spatial extent exceeds 1.
 *
 * errors  inference.layer: no such tensor, or one without spatial axes
 */
export function layerGeometry(prepared: Prepared, layer: string | null): LayerGeometry {
  if (layer === null) {
    const last = candidateLayers(prepared).at(-1)
    if (last !== undefined) return last
    throw new SaliscopeError(
      'inference.layer',
      'The model has no tensor with channels and spatial axes, so methods of the CAM family have nothing to work on.',
    )
  }
  const name = prepared.aliases.get(layer) ?? layer
  const geometry = geometryOf(prepared, name)
  if (geometry !== null) return geometry
  const found = prepared.one.shapes.get(name)
  const what =
    found === undefined
      ? 'is not in the graph'
      : `holds ${found.type} [${found.dims.join(', ')}], which has no spatial axes`
  throw new SaliscopeError('inference.layer', `The tensor ${layer} ${what}.`, { layer })
}

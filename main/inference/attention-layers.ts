import { consumersOf, producersOf } from '../graph/edit.ts'
import type { Node } from '../graph/model.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { sizeOf } from '../tensor/tensor.ts'
import { candidateLayers } from './layers.ts'
import type { Prepared } from './prepare.ts'

/** Attention weights over one list of tokens, and where its patches stand in the image. */
export interface AttentionLayers {
  /** Tensors [N, heads, T, T] or [N·heads, T, T], in the order of computation. */
  readonly tensors: readonly string[]
  readonly tokens: number
  readonly grid: readonly number[]
  readonly extraTokens: number
}

/** Class token, distillation token and registers in front of the patches. */
const MOST_EXTRA_TOKENS = 16

/** Operators between the weights and the product with the values that leave the weights alone; Clip is a quantiser's range. */
const HANDS_ON = new Set(['Reshape', 'Identity', 'Dropout', 'Cast', 'Unsqueeze', 'Squeeze', 'Clip'])

interface Wiring {
  readonly consumers: ReadonlyMap<string, readonly Node[]>
  readonly producers: ReadonlyMap<string, Node>
}

/** Where(IsNaN(w), 0, w), with which torch's exporter makes rows that a mask hides whole zero: w itself elsewhere. */
function isGuard(node: Node, name: string, { producers }: Wiring): boolean {
  const condition = producers.get(node.inputs[0])
  return (
    node.opType === 'Where' && node.inputs[2] === name && condition?.opType === 'IsNaN' && condition.inputs[0] === name
  )
}

function meetsValues(name: string, wiring: Wiring): boolean {
  return (wiring.consumers.get(name) ?? []).some(
    (node) =>
      ((node.opType === 'MatMul' || node.opType === 'Einsum') && node.inputs[0] === name) ||
      ((HANDS_ON.has(node.opType) || isGuard(node, name, wiring)) && meetsValues(node.outputs[0], wiring)),
  )
}

/**
 * The attention layers of a ViT-like graph: Softmax over the last axis of square matrices that are then multiplied with
 * values, all over the same tokens, which are the patches of an image and a few tokens in front of them. The grid is that
 * of the last spatial tensor with as many positions as there are patches.
 *
 * errors  inference.layer: no such layers; layers over different tokens (windows, pyramids); tokens that are no grid
 */
export function attentionLayers(prepared: Prepared): AttentionLayers {
  const { graph } = prepared.one.model
  const { shapes, batch } = prepared.one
  const wiring = { consumers: consumersOf(graph), producers: producersOf(graph) }
  const tensors = graph.nodes
    .filter((node) => node.opType === 'Softmax' && meetsValues(node.outputs[0], wiring))
    .map((node) => node.outputs[0])
  const refuse = (why: string): never => {
    throw new SaliscopeError(
      'inference.layer',
      `${why}, so methods that read attention have nothing to work on; gradient and perturbation methods still run.`,
    )
  }
  if (tensors.length === 0) return refuse('The model has no attention between the tokens of an image')
  const forms = tensors.map((name) => shapes.get(name)?.dims ?? [])
  const tokens = forms[0].at(-1) ?? 0
  for (const dims of forms) {
    const ofItems = dims.length === 4 ? dims[0] === batch : dims.length === 3 && dims[0] % batch === 0
    const isSquare = ofItems && dims.at(-1) === dims.at(-2)
    if (isSquare && dims.at(-1) === tokens) continue
    if (isSquare && forms[0].at(-2) === tokens)
      return refuse(`The model has attention among ${tokens} tokens and, elsewhere, among ${dims.at(-1)}`)
    return refuse(`The model has attention of the shape [${dims.join(', ')}], in which not each token sees all others`)
  }
  const grids = candidateLayers(prepared).map((layer) => layer.dims.slice(1))
  for (let extra = 0; extra <= MOST_EXTRA_TOKENS && extra < tokens; extra++) {
    const grid = grids.findLast((dims) => sizeOf(dims) === tokens - extra)
    if (grid !== undefined) return { tensors, tokens, grid, extraTokens: extra }
  }
  return refuse(`The ${tokens} tokens of the model are no grid of patches`)
}

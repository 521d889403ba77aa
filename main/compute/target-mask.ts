import type { OnnxModelUnderStudy } from '../inference/onnx-model.ts'
import { noScoreMap } from '../inference/target.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { resize } from '../tensor/resize.ts'
import { sizeOf, type Tensor, tensor } from '../tensor/tensor.ts'

/** Weights of positions as an array, or the positions that the model itself gives to the class. */
export type MaskRequest = Tensor | 'predicted'

/** One value per position: `lengths` are the spatial axes, in front of them at most a batch and a channel axis of 1. */
function rowsAndSpatial(mask: Tensor, rank: number): { rows: number; spatial: readonly number[] } | null {
  const lead = mask.dims.slice(0, Math.max(0, mask.dims.length - rank))
  const spatial = mask.dims.slice(-rank)
  if (spatial.length !== rank || lead.length > 2 || (lead[1] ?? 1) !== 1) return null
  return { rows: lead[0] ?? 1, spatial }
}

/**
 * A mask as the model takes it, [1 or N, …spatial of its score map]. A mask of the input's size is resized to the score
 * map's by nearest neighbours.
 *
 * errors  inference.target: no score map, or another shape
 */
function fitted(model: OnnxModelUnderStudy, x: Tensor, mask: Tensor, own: readonly number[]): Tensor {
  const found = rowsAndSpatial(mask, own.length)
  const { itemDims, spatialAxes } = model.input
  const input = spatialAxes.map((axis) => itemDims[axis])
  const fits = found !== null && (found.rows === 1 || found.rows === x.dims[0])
  if (!fits || ![own.join(), input.join()].includes(found.spatial.join())) {
    throw new SaliscopeError(
      'inference.target',
      `The mask has the shape [${mask.dims.join(', ')}]; positions of the output [${own.join(', ')}] or of the input [${input.join(', ')}] can be chosen, for all items or for each.`,
      { found: mask.dims, output: own, input },
    )
  }
  const { rows, spatial } = found
  const size = sizeOf(spatial)
  const out = tensor([rows, ...own])
  for (let r = 0; r < rows; r++) {
    const row = mask.data.subarray(r * size, (r + 1) * size)
    const placed = spatial.join() === own.join() ? row : resize(row, spatial, own, { interpolation: 'nearest' })
    out.data.set(placed, r * sizeOf(own))
  }
  return out
}

/** 1 where the class has the highest score of all, or, of a single score, a positive one. */
async function predicted(model: OnnxModelUnderStudy, x: Tensor, index: readonly number[]): Promise<Tensor> {
  const map = await model.scoreMap(x)
  const [n, k, ...spatial] = map.dims
  const size = sizeOf(spatial)
  const out = tensor([n, ...spatial])
  for (let i = 0; i < n; i++) {
    const at = (c: number, q: number): number => map.data[(i * k + c) * size + q]
    for (let q = 0; q < size; q++) {
      let best = 0
      for (let c = 1; c < k; c++) if (at(c, q) > at(best, q)) best = c
      out.data[i * size + q] = k === 1 ? Number(at(0, q) > 0) : Number(best === index[i])
    }
  }
  return out
}

/** The mask of one target, with a sentence where it leaves nothing to explain. errors  inference.target */
export async function targetMask(
  model: OnnxModelUnderStudy,
  x: Tensor,
  index: readonly number[],
  request: MaskRequest,
): Promise<{ readonly mask: Tensor; readonly warnings: readonly string[] }> {
  const own = model.scoreMapDims
  if (own === null) throw noScoreMap()
  const mask = request === 'predicted' ? await predicted(model, x, index) : fitted(model, x, request, own)
  const size = sizeOf(own)
  const isEmpty = Array.from({ length: mask.dims[0] }, (_, r) =>
    mask.data.subarray(r * size, (r + 1) * size).every((v) => v === 0),
  )
  const warnings = isEmpty.includes(true)
    ? ['The mask of at least one item chooses no position, so its score is 0 and there is nothing to explain.']
    : []
  return { mask, warnings }
}

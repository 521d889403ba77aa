import { type Box, boundsOf, boxSize, padded } from './box.ts'
import { binaryBox, boxToVolume, type Connectivity, components } from './components.ts'
import { squaredDistance } from './distance.ts'
import type { MaskDocument } from './document.ts'
import type { Edit } from './history.ts'
import type { MaskingRules } from './masking.ts'

function segmentBox(document: MaskDocument, value: number): Box | null {
  return document.bounds ? boundsOf(document.data, document.dims, document.bounds, (v) => v === value) : null
}

/** Applies to the voxels of a box for which `wanted` is true. */
function applyWhere(
  document: MaskDocument,
  name: string,
  icon: string,
  box: Box,
  value: number,
  rules: MaskingRules,
  wanted: (at: number) => boolean,
): Edit | null {
  const [ni, nj, nk] = boxSize(box)
  return document.apply(name, icon, value, rules, (put) => {
    for (let at = 0; at < ni * nj * nk; at++) if (wanted(at)) put(boxToVolume(at, box, document.dims))
  })
}

/** Keeps the largest connected part of a segment and clears the others. */
export function keepLargestIsland(document: MaskDocument, value: number, rules: MaskingRules): Edit | null {
  const box = segmentBox(document, value)
  if (!box) return null
  const { part, sizes } = components(binaryBox(document.data, document.dims, box, value), boxSize(box))
  const largest = sizes.indexOf(Math.max(...sizes)) + 1
  return applyWhere(
    document,
    'Keep largest island',
    'islands',
    box,
    0,
    rules,
    (at) => part[at] !== 0 && part[at] !== largest,
  )
}

/** Clears connected parts of fewer than `minimum` voxels. */
export function removeSmallIslands(
  document: MaskDocument,
  value: number,
  rules: MaskingRules,
  minimum: number,
): Edit | null {
  const box = segmentBox(document, value)
  if (!box) return null
  const { part, sizes } = components(binaryBox(document.data, document.dims, box, value), boxSize(box))
  const name = `Remove islands below ${minimum} voxels`
  return applyWhere(document, name, 'islands', box, 0, rules, (at) => part[at] !== 0 && sizes[part[at] - 1] < minimum)
}

/** Number of connected parts of a segment. */
export function countIslands(document: MaskDocument, value: number): number {
  const box = segmentBox(document, value)
  return box ? components(binaryBox(document.data, document.dims, box, value), boxSize(box)).sizes.length : 0
}

/** Makes every connected part but the largest a segment of its own, in order of size, as one edit; `values` are those segments. */
export function splitIslands(
  document: MaskDocument,
  value: number,
  rules: MaskingRules,
  values: readonly number[],
): Edit | null {
  const box = segmentBox(document, value)
  if (!box) return null
  const { part, sizes } = components(binaryBox(document.data, document.dims, box, value), boxSize(box))
  const order = sizes.map((_, n) => n).sort((a, b) => sizes[b] - sizes[a])
  const own = { ...rules, area: 'everywhere', overwrite: 'all' } as const
  document.begin('Split islands', 'islands')
  for (const [at, island] of order.slice(1, values.length + 1).entries())
    document.paint(values[at], own, (put) => {
      for (let n = 0; n < part.length; n++) if (part[n] === island + 1) put(boxToVolume(n, box, document.dims))
    })
  return document.commit()
}

/** Keeps (or removes) the part that holds the voxel. */
export function pickIsland(
  document: MaskDocument,
  offset: number,
  rules: MaskingRules,
  mode: 'keep' | 'remove',
): Edit | null {
  const value = document.data[offset]
  const box = value === 0 ? null : segmentBox(document, value)
  if (!box) return null
  const { part } = components(binaryBox(document.data, document.dims, box, value), boxSize(box))
  const [ni, nj] = document.dims
  const [i, j, k] = [offset % ni, Math.floor(offset / ni) % nj, Math.floor(offset / (ni * nj))]
  const size = boxSize(box)
  const chosen = part[i - box[0] + size[0] * (j - box[2] + size[1] * (k - box[4]))]
  const name = mode === 'keep' ? 'Keep this island' : 'Remove this island'
  return applyWhere(
    document,
    name,
    'islands',
    box,
    0,
    rules,
    (at) => part[at] !== 0 && (part[at] === chosen) === (mode === 'remove'),
  )
}

interface Gaps {
  readonly box: Box
  /** Connected part of each voxel of the box that is not of the segment, 0 inside it. */
  readonly part: Uint32Array
  /** 1 for parts that reach the border of the box. */
  readonly open: Uint8Array
}

/** What the segment does not cover within its own box, in connected parts. */
function gapsOf(document: MaskDocument, value: number, connectivity: Connectivity, axis: number): Gaps | null {
  const box = segmentBox(document, value)
  if (!box) return null
  const size = boxSize(box)
  const outside = binaryBox(document.data, document.dims, box, value).map((v) => 1 - v)
  const { part, sizes } = components(outside, size, connectivity, axis)
  const open = new Uint8Array(sizes.length + 1)
  const stride = [1, size[0], size[0] * size[1]]
  for (let at = 0; at < part.length; at++) {
    if (part[at] === 0) continue
    for (let a = 0; a < 3; a++) {
      if (connectivity === '2-D' && a === axis) continue
      const position = Math.floor(at / stride[a]) % size[a]
      if (position === 0 || position === size[a] - 1) open[part[at]] = 1
    }
  }
  return { box, part, open }
}

/**
 * Fills holes of a segment: background that cannot reach the border of the segment's box, within slices normal to `axis`
 * ('2-D') or in space ('3-D').
 */
export function fillHoles(
  document: MaskDocument,
  value: number,
  rules: MaskingRules,
  connectivity: Connectivity,
  axis: number,
): Edit | null {
  const gaps = gapsOf(document, value, connectivity, axis)
  if (!gaps) return null
  const { box, part, open } = gaps
  const name = `Fill holes, ${connectivity}`
  return applyWhere(document, name, 'fill', box, value, rules, (at) => part[at] !== 0 && open[part[at]] === 0)
}

/**
 * Fills the one hole of a segment that holds a voxel. `closed` is false where the segment does not enclose the voxel;
 * nothing is changed then.
 */
export function fillHoleAt(
  document: MaskDocument,
  voxel: readonly [number, number, number],
  value: number,
  rules: MaskingRules,
  connectivity: Connectivity,
  axis: number,
): { readonly closed: boolean; readonly edit: Edit | null } {
  const gaps = gapsOf(document, value, connectivity, axis)
  const outside = !gaps || voxel.some((v, a) => v < gaps.box[2 * a] || v >= gaps.box[2 * a + 1])
  if (outside) return { closed: false, edit: null }
  const { box, part, open } = gaps
  const [ni, nj] = boxSize(box)
  const chosen = part[voxel[0] - box[0] + ni * (voxel[1] - box[2] + nj * (voxel[2] - box[4]))]
  if (chosen === 0 || open[chosen] === 1) return { closed: false, edit: null }
  const name = `Fill hole, ${connectivity}`
  return { closed: true, edit: applyWhere(document, name, 'fill', box, value, rules, (at) => part[at] === chosen) }
}

/** Fills the connected region (same present value) round a voxel, in its slice or in space. */
export function fillRegion(
  document: MaskDocument,
  offset: number,
  value: number,
  rules: MaskingRules,
  connectivity: Connectivity,
  axis: number,
): Edit | null {
  const { dims, data } = document
  const present = data[offset]
  if (present === value) return null
  const stride = [1, dims[0], dims[0] * dims[1]]
  const axes = [0, 1, 2].filter((a) => connectivity === '3-D' || a !== axis)
  const inRange = (at: number) => {
    if (!rules.range || !document.imageValue) return true
    const image = document.imageValue(at)
    return image >= rules.range[0] && image <= rules.range[1]
  }
  return document.apply(`Fill region, ${connectivity}`, 'fill', value, rules, (put) => {
    const seen = new Uint8Array(data.length)
    const stack = [offset]
    seen[offset] = 1
    const region: number[] = []
    while (stack.length > 0) {
      const at = stack.pop() as number
      region.push(at)
      for (const a of axes) {
        const position = Math.floor(at / stride[a]) % dims[a]
        for (const next of [position > 0 ? at - stride[a] : -1, position + 1 < dims[a] ? at + stride[a] : -1]) {
          if (next < 0 || seen[next] || data[next] !== present || !inRange(next)) continue
          seen[next] = 1
          stack.push(next)
        }
      }
    }
    for (const at of region) put(at)
  })
}

/** Grows (positive) or shrinks (negative) a segment by a Euclidean distance in mm; anisotropic voxels are handled. */
export function margin(document: MaskDocument, value: number, rules: MaskingRules, distanceMm: number): Edit | null {
  const tight = segmentBox(document, value)
  if (!tight || distanceMm === 0) return null
  const reach = document.spacing.map((s) => Math.ceil(Math.abs(distanceMm) / s) + 1)
  const box = padded(tight, reach, document.dims)
  const size = boxSize(box)
  const inside = binaryBox(document.data, document.dims, box, value)
  const limit = distanceMm * distanceMm + 1e-9
  const name = `Margin ${distanceMm > 0 ? '+' : '−'}${Math.abs(distanceMm)} mm`
  if (distanceMm > 0) {
    const distance = squaredDistance(inside, size, document.spacing)
    return applyWhere(document, name, 'margin', box, value, rules, (at) => inside[at] === 0 && distance[at] <= limit)
  }
  const distance = squaredDistance(
    inside.map((v) => 1 - v),
    size,
    document.spacing,
  )
  return applyWhere(document, name, 'margin', box, 0, rules, (at) => inside[at] === 1 && distance[at] <= limit)
}

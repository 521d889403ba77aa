import { type Box, boundsOf, boxSize, padded } from './box.ts'
import { binaryBox, boxToVolume } from './components.ts'
import { squaredDistance } from './distance.ts'
import type { MaskDocument, Shape } from './document.ts'
import type { Edit } from './history.ts'
import type { MaskingRules } from './masking.ts'

export type Smoothing = 'opening' | 'closing' | 'gaussian'

const NAMES: Record<Smoothing, string> = { opening: 'Opening', closing: 'Closing', gaussian: 'Gaussian' }

type Size = readonly [number, number, number]

/** 1 where some voxel of the shape lies within the radius. */
function dilated(inside: Uint8Array, size: Size, spacing: readonly number[], radiusMm: number): Uint8Array {
  const limit = radiusMm * radiusMm + 1e-9
  const distance = squaredDistance(inside, size, spacing)
  return Uint8Array.from(distance, (d) => (d <= limit ? 1 : 0))
}

/** 1 where no voxel outside the shape lies within the radius; what lies beyond the box does not erode. */
function eroded(inside: Uint8Array, size: Size, spacing: readonly number[], radiusMm: number): Uint8Array {
  const outside = inside.map((v) => 1 - v)
  return dilated(outside, size, spacing, radiusMm).map((v) => 1 - v)
}

/** Convolution of one axis with a normalised kernel; beyond the box the nearest voxel goes on. */
function blurred(field: Float32Array, size: Size, axis: number, sigmaVoxels: number): Float32Array {
  const reach = Math.ceil(3 * sigmaVoxels)
  const n = size[axis]
  if (n === 1 || reach < 1) return field
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-0.5 * ((at - reach) / sigmaVoxels) ** 2),
  )
  const sum = kernel.reduce((a, b) => a + b, 0)
  const step = axis === 0 ? 1 : axis === 1 ? size[0] : size[0] * size[1]
  const out = new Float32Array(field.length)
  for (let p = 0; p < field.length; p++) {
    const q = Math.floor(p / step) % n
    let value = 0
    for (let t = -reach; t <= reach; t++) {
      const at = Math.min(n - 1, Math.max(0, q + t))
      value += kernel[t + reach] * field[p + (at - q) * step]
    }
    out[p] = value / sum
  }
  return out
}

function smoothed(
  kind: Smoothing,
  inside: Uint8Array,
  size: Size,
  spacing: readonly number[],
  kernelMm: number,
): Uint8Array {
  if (kind === 'opening') return dilated(eroded(inside, size, spacing, kernelMm), size, spacing, kernelMm)
  if (kind === 'closing') return eroded(dilated(inside, size, spacing, kernelMm), size, spacing, kernelMm)
  let field: Float32Array = Float32Array.from(inside)
  for (let axis = 0; axis < 3; axis++) field = blurred(field, size, axis, kernelMm / spacing[axis])
  return Uint8Array.from(field, (v) => (v >= 0.5 ? 1 : 0))
}

/** Voxels of the box whose state changes from `from` to its opposite. */
function changes(document: MaskDocument, box: Box, before: Uint8Array, after: Uint8Array, from: 0 | 1): Shape {
  return (put) => {
    for (let at = 0; at < before.length; at++)
      if (before[at] === from && after[at] !== from) put(boxToVolume(at, box, document.dims))
  }
}

/**
 * Smooths a segment as one undoable edit. Opening (erosion, then dilation) takes away what is thinner than the kernel,
 * closing (the other way round) fills what is narrower; Gaussian keeps where the blurred segment reaches one half.
 *
 * kernelMm  radius of the ball, or standard deviation of the Gaussian; anisotropic voxels are handled
 */
export function smooth(
  document: MaskDocument,
  value: number,
  rules: MaskingRules,
  kind: Smoothing,
  kernelMm: number,
): Edit | null {
  const { dims, spacing } = document
  const tight = document.bounds ? boundsOf(document.data, dims, document.bounds, (v) => v === value) : null
  if (!tight) return null
  const factor = kind === 'gaussian' ? 3 : 2
  const reach = spacing.map((s) => Math.ceil((factor * kernelMm) / s) + 1)
  const box = padded(tight, reach, dims)
  const before = binaryBox(document.data, dims, box, value)
  const after = smoothed(kind, before, boxSize(box), spacing, kernelMm)
  document.begin(`${NAMES[kind]} ${kernelMm} mm`, 'smooth')
  document.paint(value, rules, changes(document, box, before, after, 0))
  document.paint(0, { ...rules, area: 'inside-segment', areaSegment: value }, changes(document, box, before, after, 1))
  return document.commit()
}

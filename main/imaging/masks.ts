import type { Finding } from '../shared/domain/finding.ts'
import type { Grid } from '../shared/domain/geometry.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { cornerDistance } from '../shared/geometry/affine.ts'
import type { VoxelArray } from './image.ts'

/** How an image looks as a mask. */
export interface MaskLook {
  readonly isMask: boolean
  /** Values that occur, background included, in rising order; at most 257. */
  readonly values: readonly number[]
  readonly findings: readonly Finding[]
}

const byName =
  /(^|[^a-z])(mask|masks|seg|segmentation|segmentations|label|labels|annotation|gt|groundtruth|ground_truth|roi|lesion)([^a-z]|$)/i
/** More values than this are no labels unless the name says so. */
const fewValues = 16

export function namedLikeMask(path: string): boolean {
  const [name, folder = ''] = path.split(/[/\\]/).toReversed()
  return (
    byName.test(name.replace(/([a-z])([A-Z])/g, '$1 $2')) ||
    /^(masks?|labels?|labels[A-Z]\w*|segmentations?)$/i.test(folder)
  )
}

/**
 * Whether values are labels: whole numbers from 0 to 255, few of them, background among them; or the name says mask and they are whole.
 * Near-integers (float files) count as whole; real fractions make a probability map, which is said (N16).
 */
export function lookAsMask(voxels: VoxelArray, slope: number, intercept: number, path: string): MaskLook {
  const named = namedLikeMask(path)
  const values = distinct(voxels, slope, intercept)
  if (!values) return { isMask: false, values: [], findings: [] }
  const whole = values.every((v) => isWhole(v) && v > -0.5 && v < 255.5)
  if (!whole) {
    const between = named && values.every((v) => v >= 0 && v <= 255)
    const message =
      'The labels are not whole numbers; the file looks like a probability map and was listed as an image.'
    return { isMask: false, values, findings: between ? [{ code: 'N16', outcome: 'asked', message }] : [] }
  }
  const isMask = named || (values.length >= 2 && values.length <= fewValues && values[0] < 0.5)
  const rounded = isMask && values.some((v) => v !== Math.round(v))
  return {
    isMask,
    values: values.map(Math.round),
    findings: rounded
      ? [{ code: 'N16', outcome: 'warned', message: 'The labels are not exact whole numbers; they were rounded.' }]
      : [],
  }
}

/** Float files round: near-integers count as whole. */
const isWhole = (value: number): boolean => Math.abs(value - Math.round(value)) < 1e-3

/** Distinct finite values in rising order, or null as soon as there are more than 257. */
function distinct(voxels: VoxelArray, slope: number, intercept: number): number[] | null {
  const seen = new Set<number>()
  let last = Number.NaN
  for (let n = 0; n < voxels.length; n++) {
    const value = voxels[n]
    if (value === last) continue
    last = value
    seen.add(value)
    if (seen.size > 257) return null
  }
  if (![...seen].every(Number.isFinite)) return null
  return [...seen].map((v) => v * slope + intercept).sort((a, b) => a - b)
}

/** The only label of a picture that knows black and white; DICOM and NIfTI files write such masks too. */
const white = 255

/**
 * Labels of a mask as bytes, whole numbers kept as they are: a label 2 stays 2 though no other occurs. Where 0 and 255 alone occur, or 0
 * and one fraction, the mask has one label and it is called 1.
 *
 * errors  imaging.mask-values: values beyond 0 to 255, not finite, or more than 257 of them, as in an image
 */
export function toLabels(voxels: VoxelArray, slope: number, intercept: number): Uint8Array {
  const values = distinct(voxels, slope, intercept)
  if (values === null || values[0] < -0.5 || values[values.length - 1] >= 255.5) {
    const found = values === null ? 'more than 257 values or none' : `values from ${values[0]} to ${values.at(-1)}`
    throw new SaliscopeError(
      'imaging.mask-values',
      `The mask holds ${found}; labels are whole numbers from 0 to 255. Nothing was imported; choose the mask, not the image it was drawn on.`,
    )
  }
  const single = values.length === 2 && values[0] === 0 && (values[1] === white || !isWhole(values[1]))
  const out = new Uint8Array(voxels.length)
  for (let n = 0; n < voxels.length; n++) {
    const value = voxels[n] * slope + intercept
    out[n] = single ? (value > 0 ? 1 : 0) : Math.round(value)
  }
  return out
}

export interface MaskCandidate {
  readonly key: string
  readonly path: string
  readonly grid: Grid
}

/**
 * The image a mask was drawn on: same dimensions and the same place within half a millimetre; among several, the one whose path shares the
 * longest run of name with it. Null when none fits, which is asked about and never guessed (N17).
 */
export function imageOfMask(mask: MaskCandidate, images: readonly MaskCandidate[]): string | null {
  const fitting = images.filter(({ grid }) => {
    if (grid.dims.some((n, axis) => n !== mask.grid.dims[axis])) return false
    if (!grid.physical || !mask.grid.physical) return grid.physical === mask.grid.physical
    return cornerDistance(grid.affine, mask.grid.affine, grid.dims) < 0.5
  })
  if (fitting.length <= 1) return fitting[0]?.key ?? null
  const ranked = fitting
    .map((image) => ({ key: image.key, likeness: likeness(stem(mask.path), stem(image.path)) }))
    .sort((a, b) => b.likeness - a.likeness)
  return ranked[0].likeness > ranked[1].likeness ? ranked[0].key : null
}

/** File name without its ending and without the words that only say "mask". */
function stem(path: string): string {
  const name = path.split(/[/\\]/).at(-1) ?? path
  return name
    .toLowerCase()
    .replace(/\.(nii|nii\.gz|hdr|png|jpe?g|tiff?|gz|dcm)$/g, '')
    .replace(/\.nii$/, '')
    .replace(/[^a-z0-9]*(mask|masks|seg|segmentation|label|labels|annotation|gt|image|img|roi|lesion)[^a-z0-9]*/g, '')
}

function likeness(a: string, b: string): number {
  if (a === b) return 1000
  let n = 0
  while (n < a.length && n < b.length && a[n] === b[n]) n++
  return n
}

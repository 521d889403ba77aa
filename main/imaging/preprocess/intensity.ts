import type { ModelCard } from '../../shared/domain/model-card.ts'

type Intensity = ModelCard['intensity']

/** A single channel from the image's channels at one voxel. */
const luma = (r: number, g: number, b: number): number => 0.299 * r + 0.587 * g + 0.114 * b

/**
 * Spreads image channels [Ci, n] over tensor channels [C, n] as the card's colour rule says: a grey image fills every channel, a colour
 * image for a grey network becomes its luma (0.299, 0.587, 0.114), 'bgr' swaps red and blue.
 */
export function spreadChannels(
  planes: readonly Float32Array[],
  channels: number,
  colour: Intensity['colour'],
): Float32Array[] {
  if (planes.length === 1) return Array.from({ length: channels }, (_, c) => (c === 0 ? planes[0] : planes[0].slice()))
  if (channels === 1 || colour === 'grey' || colour === 'repeat-grey') {
    const grey = planes[0].map((r, n) => luma(r, planes[1][n], planes[2][n]))
    return Array.from({ length: channels }, (_, c) => (c === 0 ? grey : grey.slice()))
  }
  const ordered = colour === 'bgr' ? planes.toReversed() : [...planes]
  return Array.from({ length: channels }, (_, c) => (c < 3 ? ordered[c] : ordered[2].slice()))
}

function interval(clip: Intensity['clip'], range: readonly [number, number]): readonly [number, number] | null {
  if (clip.kind === 'window') return [clip.level - clip.width / 2, clip.level + clip.width / 2]
  if (clip.kind === 'range') return [clip.low, clip.high]
  return clip.kind === 'image' ? range : null
}

/**
 * Window → scale → invert → mean/std, in place, one channel.
 *
 *   v ← clip(v, lo, hi);  v ← a + (v − lo)/(hi − lo)·(b − a);  v ← (v − mean)/std
 *
 * `range` is the image's own minimum and maximum. 'none' has no interval, so `scaleTo` does not apply to it. A constant
 * image under 'image' becomes the lower end. Inverting mirrors within the interval the values then have.
 */
export function adjust(values: Float32Array, card: Intensity, channel: number, range: readonly [number, number]): void {
  const clip = interval(card.clip, range)
  const scale = clip === null ? null : card.scaleTo
  const [lo, hi] = clip ?? range
  const [a, b] = scale ?? [lo, hi]
  const factor = scale === null ? 1 : hi > lo ? (b - a) / (hi - lo) : 0
  const shift = scale === null ? 0 : a - lo * factor
  const mean = card.mean[channel] ?? card.mean[0] ?? 0
  const std = card.std[channel] ?? card.std[0] ?? 1
  for (let n = 0; n < values.length; n++) {
    let v = values[n]
    if (clip !== null) v = v < lo ? lo : Math.min(v, hi)
    v = v * factor + shift
    if (card.invert) v = a + b - v
    values[n] = (v - mean) / std
  }
}

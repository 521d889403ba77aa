import { floatAttribute, intAttribute, intsAttribute, stringAttribute } from '../../graph/attributes.ts'
import type { Node } from '../../graph/model.ts'
import { normaliseAxis, range } from '../dims.ts'
import { type Array64, flatOf, made } from './array64.support.ts'

/** Where output position o lies on the input axis. */
function coordinate(node: Node, o: number, size: number, out: number, scale: number, roi: readonly number[]): number {
  switch (stringAttribute(node, 'coordinate_transformation_mode', 'half_pixel')) {
    case 'asymmetric':
      return o / scale
    case 'align_corners':
      return out === 1 ? 0 : (o * (size - 1)) / (out - 1)
    case 'pytorch_half_pixel':
      return out > 1 ? (o + 0.5) / scale - 0.5 : 0
    case 'half_pixel_symmetric': {
      const adjustment = out / (scale * size)
      return (size / 2) * (1 - adjustment) + (o + 0.5) / scale - 0.5
    }
    case 'tf_crop_and_resize':
      return out > 1
        ? roi[0] * (size - 1) + (o * (roi[1] - roi[0]) * (size - 1)) / (out - 1)
        : 0.5 * (roi[0] + roi[1]) * (size - 1)
    default:
      return (o + 0.5) / scale - 0.5
  }
}

function nearest(node: Node, x: number): number {
  switch (stringAttribute(node, 'nearest_mode', 'round_prefer_floor')) {
    case 'floor':
      return Math.floor(x)
    case 'ceil':
      return Math.ceil(x)
    case 'round_prefer_ceil':
      return Math.floor(x + 0.5)
    default:
      return Math.ceil(x - 0.5)
  }
}

function cubic(a: number, d: number): number {
  const t = Math.abs(d)
  if (t <= 1) return (a + 2) * t ** 3 - (a + 3) * t ** 2 + 1
  return t < 2 ? a * t ** 3 - 5 * a * t ** 2 + 8 * a * t - 4 * a : 0
}

/** Cells and weights that make one output position. */
function taps(node: Node, x: number, size: number, scale: number): [number, number][] {
  const mode = stringAttribute(node, 'mode', 'nearest')
  if (mode === 'nearest') return [[Math.min(size - 1, Math.max(0, nearest(node, x))), 1]]
  const shrink = intAttribute(node, 'antialias', 0) === 1 && scale < 1 ? scale : 1
  const reach = (mode === 'linear' ? 1 : 2) / shrink
  const a = floatAttribute(node, 'cubic_coeff_a', -0.75)
  const kernel = (d: number): number => (mode === 'linear' ? Math.max(0, 1 - Math.abs(d)) : cubic(a, d))
  const clamped = mode === 'linear' && shrink === 1 ? Math.max(0, Math.min(size - 1, x)) : x
  const drop = intAttribute(node, 'exclude_outside', 0) === 1
  let cells = range(Math.floor(clamped - reach), Math.ceil(clamped + reach) + 1).map((i): [number, number] => [
    i,
    kernel((i - clamped) * shrink),
  ])
  if (drop) cells = cells.filter(([i]) => i >= 0 && i < size)
  const total = cells.reduce((s, [, w]) => s + w, 0)
  return cells.map(([i, w]) => [Math.max(0, Math.min(size - 1, i)), w / total])
}

/** Resize, one axis after the other. */
export function resize(node: Node, inputs: readonly (Array64 | null)[], dims: readonly number[]): Array64 {
  const x = inputs[0]!
  const rank = x.dims.length
  const axes = intsAttribute(node, 'axes', range(0, rank)).map((a) => normaliseAxis(a, rank))
  const roi = inputs[1]
  let y = x
  axes.forEach((axis, i) => {
    const size = x.dims[axis]
    const out = dims[axis]
    const scale = inputs[2]?.data[i] ?? out / size
    if (size === out && scale === 1) return
    const from = y
    const region = roi && roi.data.length > 0 ? [roi.data[i], roi.data[i + axes.length]] : [0, 1]
    y = made(
      from.dims.map((d, a) => (a === axis ? out : d)),
      (index) => {
        const at = coordinate(node, index[axis], size, out, scale, region)
        return taps(node, at, size, scale).reduce((sum, [cell, w]) => {
          return (
            sum +
            w *
              from.data[
                flatOf(
                  from.dims,
                  index.map((v, a) => (a === axis ? cell : v)),
                )
              ]
          )
        }, 0)
      },
    )
  })
  return y
}

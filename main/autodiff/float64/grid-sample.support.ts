import { intAttribute, stringAttribute } from '../../graph/attributes.ts'
import type { Node } from '../../graph/model.ts'
import { range } from '../dims.ts'
import { type Array64, flatOf, made } from './array64.support.ts'

/** Mirrors a position at two borders until it lies between them. */
function mirrored(at: number, low: number, high: number): number {
  if (high === low) return low
  let x = at
  for (;;) {
    if (x < low) x = 2 * low - x
    else if (x > high) x = 2 * high - x
    else return x
  }
}

/** GridSample, point by point. */
export function gridSample(node: Node, [x, grid]: readonly (Array64 | null)[]): Array64 {
  const image = x!
  const points = grid!
  const space = image.dims.slice(2)
  const mode = stringAttribute(node, 'mode', 'bilinear')
  const padding = stringAttribute(node, 'padding_mode', 'zeros')
  const aligned = intAttribute(node, 'align_corners', 0) === 1
  const cubic = mode.endsWith('cubic')
  const raw = (value: number, size: number): number =>
    aligned ? ((value + 1) / 2) * (size - 1) : ((value + 1) * size - 1) / 2
  const inside = (at: number, size: number): number => {
    if (padding === 'zeros') return at
    const folded = padding === 'border' ? at : aligned ? mirrored(at, 0, size - 1) : mirrored(at, -0.5, size - 0.5)
    return Math.max(0, Math.min(size - 1, folded))
  }
  const value = (n: number, c: number, at: readonly number[]): number =>
    at.every((v, axis) => v >= 0 && v < space[axis]) ? image.data[flatOf(image.dims, [n, c, ...at])] : 0
  return made([image.dims[0], image.dims[1], ...points.dims.slice(1, -1)], ([n, c, ...out]) => {
    const at = space.map((size, axis) => {
      const column = space.length - 1 - axis
      const at = raw(points.data[flatOf(points.dims, [n, ...out, column])], size)
      return cubic ? at : inside(at, size)
    })
    if (mode === 'nearest') return value(n, c, at.map(halfToEven))
    if (cubic) {
      const [y, x0] = at.map(Math.floor)
      let sum = 0
      for (const i of range(y - 1, y + 3))
        for (const j of range(x0 - 1, x0 + 3)) {
          const pixel = value(
            n,
            c,
            [i, j].map((v, axis) => inside(v, space[axis])),
          )
          sum += cubicWeight(Math.abs(at[0] - i)) * cubicWeight(Math.abs(at[1] - j)) * pixel
        }
      return sum
    }
    return range(0, 2 ** space.length).reduce((sum, bits) => {
      const corner = at.map((v, axis) => Math.floor(v) + ((bits >> axis) & 1))
      const weight = at.reduce((product, v, axis) => product * (1 - Math.abs(v - corner[axis])), 1)
      return sum + weight * value(n, c, corner)
    }, 0)
  })
}

/** Keys' kernel with a = −0.75. */
function cubicWeight(d: number): number {
  const a = -0.75
  if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1
  return d < 2 ? a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a : 0
}

function halfToEven(v: number): number {
  const rounded = Math.round(v)
  return Math.abs(v - Math.trunc(v)) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded
}

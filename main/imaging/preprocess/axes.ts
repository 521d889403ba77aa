import type { Grid } from '../../shared/domain/geometry.ts'
import type { ModelCard } from '../../shared/domain/model-card.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import { column, normalise } from '../../shared/geometry/affine.ts'

export interface AxisChoice {
  /** Image axis (0 = i, 1 = j, 2 = k). */
  readonly axis: 0 | 1 | 2
  readonly reversed: boolean
}

/** Image axes behind the tensor's W, H and D; for a 2-D network D is the axis across slices, kept in its own direction. */
export interface TensorAxes {
  readonly w: AxisChoice
  readonly h: AxisChoice
  readonly d: AxisChoice
  /** The card asked for directions and the image has none. */
  readonly unoriented: boolean
}

const directions = { L: [0, 1], R: [0, -1], P: [1, 1], A: [1, -1], S: [2, 1], I: [2, -1] } as const
const own = (axis: 0 | 1 | 2): AxisChoice => ({ axis, reversed: false })

/**
 * The image axes that run closest to the directions a card wants (no oblique resampling: axes are permuted and flipped only).
 *
 * errors  experiment.card-orientation: two directions of the card lie along one axis of the image
 */
export function chooseAxes(grid: Grid, orientation: ModelCard['input']['orientation']): TensorAxes {
  const plain: TensorAxes = { w: own(0), h: own(1), d: own(2), unoriented: false }
  if (orientation === null) return plain
  if (!grid.oriented) return { ...plain, unoriented: true }
  const chosen = orientation.map((letter) => closest(grid, letter))
  const used = new Set(chosen.map((choice) => choice.axis))
  if (used.size !== chosen.length) {
    throw new SaliscopeError(
      'experiment.card-orientation',
      `The card wants the axes to run to ${orientation.join(', ')}, and two of these lie along one axis of this image. Choose an image of another plane, or change the card.`,
      { orientation },
    )
  }
  const [w, h, d] = chosen.toReversed()
  const rest = ([0, 1, 2] as const).find((axis) => !used.has(axis)) ?? 2
  return { w, h, d: d ?? own(rest), unoriented: false }
}

function closest(grid: Grid, letter: keyof typeof directions): AxisChoice {
  const [world, sign] = directions[letter]
  let best: AxisChoice = own(0)
  let size = -1
  for (const axis of [0, 1, 2] as const) {
    const along = normalise(column(grid.affine, axis))[world]
    if (Math.abs(along) > size + 1e-9) {
      size = Math.abs(along)
      best = { axis, reversed: along * sign < 0 }
    }
  }
  return best
}

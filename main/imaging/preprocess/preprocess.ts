import type { Finding } from '../../shared/domain/finding.ts'
import type { Grid } from '../../shared/domain/geometry.ts'
import type { ModelCard } from '../../shared/domain/model-card.ts'
import type { Volume } from '../../shared/domain/study.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import { multiply, spacingOf } from '../../shared/geometry/affine.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { chooseAxes, type TensorAxes } from './axes.ts'
import { type AxisPlan, planAxis } from './axis-plan.ts'
import { adjust, spreadChannels } from './intensity.ts'
import { resample, type StoredVoxels } from './resample.ts'

export type SourceImage = Pick<Volume, 'grid' | 'channels' | 'slope' | 'intercept' | 'range'>

export interface ModelInput {
  /** [N, …item] in the card's layout. N is 1, or the number of slices when a 2-D network sees all slices of a volume. */
  readonly tensor: Tensor
  /** Grid of the tensor's spatial axes in patient space: dims [W, H, D]; D counts the items of a 2-D network. */
  readonly grid: Grid
  /** Smallest and largest value of the tensor. */
  readonly range: readonly [number, number]
  readonly findings: readonly Finding[]
}

/**
 * From an image to the tensor a model takes, as its card says (order fixed by `ModelCard`): value → orient → crop or pad in mm →
 * resample to `size` → window → scale → mean/std → layout.
 *
 * voxels   stored values, i fastest, channels interleaved; value = stored·slope + intercept
 * output   float32 tensor and the grid of its positions, so that maps can be laid back onto the image
 * errors   experiment.card-orientation; experiment.card-spacing: the card asks for millimetres and the image has no scale;
 *          experiment.card-size: the card's sizes do not agree with its layout
 */
export function preprocess(image: SourceImage, voxels: StoredVoxels, card: ModelCard): ModelInput {
  const { input, intensity } = card
  const is3d = input.layout === 'NCDHW' || input.layout === 'NDHWC'
  if (input.size.length !== (is3d ? 3 : 2)) {
    throw new SaliscopeError(
      'experiment.card-size',
      `The card's layout ${input.layout} needs ${is3d ? 3 : 2} sizes, and it gives ${input.size.length}. Correct the card.`,
    )
  }
  const axes = chooseAxes(image.grid, input.orientation)
  const plans = planAll(image.grid, axes, input, is3d)
  const planes = resample({ ...image, dims: image.grid.dims }, voxels, axes, plans, input.padValue ?? image.range[0])
  const channels = spreadChannels(planes, input.channels, intensity.colour)
  for (const [c, values] of channels.entries()) adjust(values, intensity, c, image.range)
  const dims = [plans.w.taps.length, plans.h.taps.length, plans.d.taps.length] as const
  return {
    tensor: layOut(channels, dims, input.layout),
    grid: gridOf(image.grid, axes, plans),
    range: rangeOf(channels),
    findings: findingsOf(image, axes, plans, channels),
  }
}

export interface TensorPlans {
  readonly w: AxisPlan
  readonly h: AxisPlan
  readonly d: AxisPlan
}

function planAll(grid: Grid, axes: TensorAxes, input: ModelCard['input'], is3d: boolean): TensorPlans {
  const spacing = spacingOf(grid.affine)
  const cropOrPad = input.fit === 'crop-or-pad'
  if (cropOrPad && input.spacingMm !== null && !grid.physical) {
    throw new SaliscopeError(
      'experiment.card-spacing',
      'The card asks for a spacing in millimetres, and this image has no known scale. Choose “stretch” on the card, or an image with a scale.',
    )
  }
  /** `fromLast` counts tensor axes from the fastest: 0 = W, 1 = H, 2 = D. */
  const plan = (choice: TensorAxes['w'], fromLast: number): AxisPlan => {
    const from = grid.dims[choice.axis]
    const to = input.size[input.size.length - 1 - fromLast]
    const wanted = input.spacingMm?.[input.spacingMm.length - 1 - fromLast]
    const ratio = !cropOrPad ? from / to : wanted === undefined ? 1 : wanted / spacing[choice.axis]
    return planAxis({
      from,
      to,
      ratio,
      reversed: choice.reversed,
      interpolation: input.interpolation,
      antialias: input.antialias,
    })
  }
  return {
    w: plan(axes.w, 0),
    h: plan(axes.h, 1),
    d: is3d ? plan(axes.d, 2) : slicesOf(grid.dims[axes.d.axis], input.slices),
  }
}

/** A 2-D network sees slices as they are: all of them, or the middle one. */
function slicesOf(count: number, which: ModelCard['input']['slices']): AxisPlan {
  const origin = which === 'all' ? 0 : Math.floor(count / 2)
  const length = which === 'all' ? count : 1
  const taps = Array.from({ length }, (_, n) => ({ index: Int32Array.of(origin + n), weight: Float64Array.of(1) }))
  return { taps, step: 1, origin }
}

function gridOf(grid: Grid, axes: TensorAxes, plans: TensorPlans): Grid {
  const toImage = new Array<number>(16).fill(0)
  toImage[15] = 1
  for (const [n, name] of (['w', 'h', 'd'] as const).entries()) {
    toImage[4 * axes[name].axis + n] = plans[name].step
    toImage[4 * axes[name].axis + 3] = plans[name].origin
  }
  return {
    dims: [plans.w.taps.length, plans.h.taps.length, plans.d.taps.length],
    affine: [...multiply(grid.affine, toImage)],
    physical: grid.physical,
    oriented: grid.oriented,
  }
}

/** Channels [C][D·H·W] into the layout; for 2-D networks D is the batch. */
function layOut(
  channels: readonly Float32Array[],
  [w, h, d]: readonly [number, number, number],
  layout: ModelCard['input']['layout'],
): Tensor {
  const count = channels.length
  const plane = w * h
  const data = new Float32Array(count * plane * d)
  const dims = {
    NCHW: [d, count, h, w],
    NHWC: [d, h, w, count],
    NCDHW: [1, count, d, h, w],
    NDHWC: [1, d, h, w, count],
  }[layout]
  for (const [c, values] of channels.entries()) {
    if (layout === 'NCDHW') data.set(values, c * plane * d)
    else if (layout === 'NCHW')
      for (let n = 0; n < d; n++) data.set(values.subarray(n * plane, (n + 1) * plane), (n * count + c) * plane)
    else for (let n = 0; n < values.length; n++) data[n * count + c] = values[n]
  }
  return { dims, data }
}

function rangeOf(channels: readonly Float32Array[]): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const values of channels) {
    for (const v of values) {
      if (v < low) low = v
      if (v > high) high = v
    }
  }
  return [low, high]
}

function findingsOf(
  image: SourceImage,
  axes: TensorAxes,
  plans: TensorPlans,
  channels: readonly Float32Array[],
): Finding[] {
  const findings: Finding[] = []
  const warn = (code: string, message: string): number => findings.push({ code, outcome: 'warned', message })
  if (axes.unoriented)
    warn(
      'experiment.card-unoriented',
      'The card names directions, but this image does not know its own: its axes were taken as they are.',
    )
  const share =
    1 -
    (['w', 'h', 'd'] as const).reduce(
      (part, name) => part * (plans[name].taps.filter((tap) => tap !== null).length / plans[name].taps.length),
      1,
    )
  if (share > 0)
    warn(
      'experiment.card-padded',
      `${(100 * share).toFixed(0)} % of the model's input lies outside the image and was padded.`,
    )
  if (channels.length > 1 && image.channels === 1)
    warn('experiment.card-grey-repeated', 'The grey image fills all channels of a colour network.')
  const [low, high] = rangeOf(channels)
  if (!Number.isFinite(low) || !Number.isFinite(high))
    warn('experiment.card-not-finite', 'The preprocessed image holds values that are not finite.')
  else if (channels.every((values) => values.every((v) => v === values[0])))
    warn(
      'experiment.card-constant',
      'The preprocessed image is constant: the window of the card does not meet the values of this image.',
    )
  return findings
}

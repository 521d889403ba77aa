import { sizeOf, type Tensor, tensor } from '../tensor/tensor.ts'
import { plausibleInput } from './batches.ts'
import type { ModelUnderStudy, Target } from './model-under-study.ts'

/** What comparing the built gradient with differences of the score itself showed. */
export interface SelfCheck {
  /** Smallest relative difference found along the gradient, over the step lengths tried; null when the score does not react. */
  readonly difference: number | null
  /** The same at the single positions of the largest gradient values. */
  readonly positions: readonly { readonly element: number; readonly difference: number | null }[]
  readonly passed: boolean
  /** One sentence; empty when passed. */
  readonly message: string
}

type Checked = Pick<ModelUnderStudy, 'input' | 'gradient' | 'explained'>

/** Deep networks bend within fractions of a grey level and float32 scores are noisy, so many step lengths are tried. */
const STEPS = [0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 3e-4, 1e-4, 3e-5]
const TOLERANCE = 0.05
/** A difference of scores below this share of the score may be rounding alone. */
const NOISE = 1e-5
const POSITIONS = 3

/** (f(x + h·d) − f(x − h·d)) / 2h for every h, in one batch; null where the two scores differ by rounding at most. */
async function slopes(
  model: Checked,
  x: Tensor,
  direction: Float64Array,
  steps: readonly number[],
  target: Target,
): Promise<(number | null)[]> {
  const size = x.data.length
  const batch = tensor([2 * steps.length, ...x.dims.slice(1)])
  steps.forEach((h, i) => {
    for (let k = 0; k < size; k++) {
      batch.data[2 * i * size + k] = x.data[k] + h * direction[k]
      batch.data[(2 * i + 1) * size + k] = x.data[k] - h * direction[k]
    }
  })
  const scores = await model.explained(batch, target)
  return steps.map((h, i) => {
    const [up, down] = [scores[2 * i], scores[2 * i + 1]]
    const isNoise = Math.abs(up - down) <= NOISE * Math.max(Math.abs(up), Math.abs(down))
    return isNoise ? null : (up - down) / (2 * h)
  })
}

interface Comparison {
  /** Smallest relative difference to what the gradient says; null when no step was measurable. */
  readonly difference: number | null
  /** right; wrong: three neighbouring steps agree on another slope; open: they agree on none. */
  readonly verdict: 'right' | 'wrong' | 'open'
}

/** Slopes at falling step lengths against the slope that the gradient claims; unmeasurable ones are null. */
function compare(found: readonly (number | null)[], expected: number): Comparison {
  const usable = found.filter((slope) => slope !== null)
  if (usable.length === 0 || expected === 0) return { difference: null, verdict: 'open' }
  const difference = Math.min(...usable.map((slope) => Math.abs(slope / expected - 1)))
  if (difference <= TOLERANCE) return { difference, verdict: 'right' }
  const agrees = (a: number, b: number): boolean => Math.abs(a - b) <= TOLERANCE * Math.abs(a)
  // Two may agree by chance where rounding is near.
  const settled = usable.some((slope, i) => i > 1 && agrees(slope, usable[i - 1]) && agrees(slope, usable[i - 2]))
  return { difference, verdict: settled ? 'wrong' : 'open' }
}

/**
 * Central differences of a score against the gradient that was built for it: along the gradient, where the slope is its
 * norm, and at the positions of its largest values.
 *
 * check   relative difference at most 5 % along the gradient; wrong rules are off by far more. Where the score changes by
 *         no more than rounding, or no three steps agree, nothing is claimed
 */
export async function selfCheck(model: Checked, target: Target): Promise<SelfCheck> {
  const dims = [1, ...model.input.itemDims]
  let reacted = false
  for (const phase of [0, 1.3, 2.9]) {
    const x = tensor(dims, plausibleInput(dims, phase))
    const { gradient } = await model.gradient(x, target)
    const norm = Math.sqrt(gradient.data.reduce((s, v) => s + v * v, 0))
    if (norm === 0) continue
    const along = Float64Array.from(gradient.data, (v) => v / norm)
    // A step's length in pixel values should not depend on how many pixels there are.
    const length = Math.sqrt(sizeOf(dims)) * 0.1
    const lengths = STEPS.map((h) => h * length)
    const { difference, verdict } = compare(await slopes(model, x, along, lengths, target), norm)
    reacted ||= difference !== null
    if (difference === null || verdict === 'open') continue
    const positions: { element: number; difference: number | null }[] = []
    for (const element of largest(gradient.data, POSITIONS)) {
      const unit = new Float64Array(gradient.data.length)
      unit[element] = 1
      const found = await slopes(model, x, unit, STEPS, target)
      positions.push({ element, difference: compare(found, gradient.data[element]).difference })
    }
    const passed = verdict === 'right'
    const message = passed
      ? ''
      : `The gradient built for this model differs by ${(difference * 100).toFixed(0)} % from differences of the score itself; do not trust gradient maps of it.`
    return { difference, positions, passed, message }
  }
  const why = reacted
    ? 'The score bends within the smallest steps that rounding leaves measurable'
    : 'The score does not react to the test inputs by more than rounding'
  return { difference: null, positions: [], passed: true, message: `${why}, so its gradient could not be checked.` }
}

/** Places of the largest magnitudes, largest first. */
function largest(values: Float32Array, count: number): number[] {
  const order = Array.from(values, (_, k) => k)
  return order.sort((a, b) => Math.abs(values[b]) - Math.abs(values[a])).slice(0, count)
}

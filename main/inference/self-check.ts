import { sizeOf, type Tensor, tensor } from '../tensor/tensor.ts'
import { plausibleInput } from './batches.ts'
import type { Target } from './model-under-study.ts'
import type { OnnxModelUnderStudy } from './onnx-model.ts'

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

/** ReLU networks are only piecewise linear and float32 scores are noisy, so a few step lengths are tried and the best counts. */
const STEPS = [0.3, 0.1, 0.03, 0.01, 0.003, 0.001]
const TOLERANCE = 0.05
const POSITIONS = 3

/** (f(x + h·d) − f(x − h·d)) / 2h for every h, in one batch. */
async function slopes(
  model: OnnxModelUnderStudy,
  x: Tensor,
  direction: Float64Array,
  steps: readonly number[],
  target: Target,
): Promise<number[]> {
  const size = x.data.length
  const batch = tensor([2 * steps.length, ...x.dims.slice(1)])
  steps.forEach((h, i) => {
    for (let k = 0; k < size; k++) {
      batch.data[2 * i * size + k] = x.data[k] + h * direction[k]
      batch.data[(2 * i + 1) * size + k] = x.data[k] - h * direction[k]
    }
  })
  const scores = await model.explained(batch, target)
  return steps.map((h, i) => (scores[2 * i] - scores[2 * i + 1]) / (2 * h))
}

function closest(found: readonly number[], expected: number): number | null {
  if (expected === 0) return null
  return found.reduce((least, slope) => Math.min(least, Math.abs(slope / expected - 1)), Number.POSITIVE_INFINITY)
}

/**
 * Central differences of a score against the gradient that was built for it: along the gradient, where the slope is its
 * norm, and at the positions of its largest values.
 *
 * check   relative difference at most 5 % along the gradient; wrong rules are off by far more
 */
export async function selfCheck(model: OnnxModelUnderStudy, target: Target): Promise<SelfCheck> {
  const dims = [1, ...model.input.itemDims]
  for (const phase of [0, 1.3, 2.9]) {
    const x = tensor(dims, plausibleInput(dims, phase))
    const { gradient } = await model.gradient(x, target)
    const norm = Math.sqrt(gradient.data.reduce((s, v) => s + v * v, 0))
    if (norm === 0) continue
    const along = Float64Array.from(gradient.data, (v) => v / norm)
    // A step's length in pixel values should not depend on how many pixels there are.
    const length = Math.sqrt(sizeOf(dims)) * 0.1
    const difference = closest(
      await slopes(
        model,
        x,
        along,
        STEPS.map((h) => h * length),
        target,
      ),
      norm,
    )
    const order = Array.from(gradient.data, (_, k) => k).sort(
      (a, b) => Math.abs(gradient.data[b]) - Math.abs(gradient.data[a]),
    )
    const positions: { element: number; difference: number | null }[] = []
    for (const element of order.slice(0, POSITIONS)) {
      const unit = new Float64Array(gradient.data.length)
      unit[element] = 1
      positions.push({
        element,
        difference: closest(await slopes(model, x, unit, STEPS, target), gradient.data[element]),
      })
    }
    const passed = difference !== null && difference <= TOLERANCE
    const message = passed
      ? ''
      : `The gradient built for this model differs by ${((difference ?? 0) * 100).toFixed(0)} % from differences of the score itself; do not trust gradient maps of it.`
    return { difference, positions, passed, message }
  }
  return {
    difference: null,
    positions: [],
    passed: true,
    message: 'The score does not react to the test inputs, so its gradient could not be checked.',
  }
}

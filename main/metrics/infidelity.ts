import { z } from 'zod'
import { arrayCount, arrayRow } from '../attribution/array-parameter.ts'
import { itemRange } from '../attribution/baseline.ts'
import { counterRandom } from '../tensor/random.ts'
import { undefinedBecause } from './measured-map.ts'
import { drawsField, type ModelCase, modelMetric, scoresOf } from './model-metric.ts'

/** Writes the perturbation of one sample, which is subtracted from the input. */
type Perturb = (sample: number, into: Float32Array) => void

function gaussianNoise({ x, seed }: ModelCase, scale: number): Perturb {
  const { minimum, maximum } = itemRange(x)
  const random = counterRandom(seed)
  return (sample, into) => {
    random.fillNormal(0, sample, into)
    for (let i = 0; i < into.length; i++) into[i] *= scale * (maximum - minimum)
  }
}

/** A random box, a quarter of each axis wide, taken down to the baseline: I = x − baseline inside, 0 outside. */
function squarePatch({ x, seed, geometry }: ModelCase, baseline: number): Perturb {
  const random = counterRandom(seed)
  const dims = geometry.spatialDims
  return (sample, into) => {
    into.fill(0)
    const edges = dims.map((d) => Math.max(1, Math.round(d / 4)))
    const starts = dims.map((d, axis) => random.integer(0, sample, axis, d - edges[axis] + 1))
    for (let q = 0; q < geometry.positions; q++) {
      let rest = q
      let inside = true
      for (let axis = dims.length - 1; axis >= 0; axis--) {
        const place = rest % dims[axis]
        if (place < starts[axis] || place >= starts[axis] + edges[axis]) inside = false
        rest = Math.floor(rest / dims[axis])
      }
      if (!inside) continue
      for (let c = 0; c < geometry.channels; c++) {
        const at = geometry.offset(q, c)
        into[at] = x[at] - baseline
      }
    }
  }
}

/** The map's value for every input value: its own where it has x's shape, else that of the position, for all channels. */
function mapPerValue({ map, geometry, values }: ModelCase): Float64Array {
  if (map.data.length === geometry.size) return Float64Array.from(map.data)
  const out = new Float64Array(geometry.size)
  for (let c = 0; c < geometry.channels; c++)
    for (let q = 0; q < geometry.positions; q++) out[geometry.offset(q, c)] = values[q]
  return out
}

/**
 * Infidelity: how badly the map predicts the change of the score under perturbations.
 *
 *   mean over draws of (Σ_i I_i v_i − (f(x) − f(x − I)))²
 *
 * map     local attributions (gradient-like): divide maps that already hold the difference x − x′ by it first
 * value   0 is best, lower is better; units of the score squared
 * details zeroMap = the value of a map of zeros (chance); standardError; scaled and scale: the same after v·β, β = E[IvΔ]/E[(Iv)²]
 * cost    samples + 1 forward passes
 * errors  attribution.array-shape (draws)
 * undefined  input-constant (every perturbation is zero), map-not-finite, input-not-finite, score-not-finite
 * source  Yeh et al. 2019, arXiv:1901.09392
 */
export const infidelity = modelMetric({
  id: 'infidelity',
  title: 'Infidelity',
  summary:
    'Mean squared error of the map as a prediction of how the score changes under perturbations. Lower is better.',
  source: 'Yeh et al. 2019, arXiv:1901.09392',
  direction: 'lower',
  range: [0, null],
  parameters: z.strictObject({
    perturbation: z.enum(['gaussian', 'square']).default('gaussian').meta({
      title: 'Perturbation',
      description: 'Gaussian noise of a tenth of the range, or random boxes taken down to the baseline.',
    }),
    samples: z.number().int().min(2).max(100_000).default(100).meta({
      title: 'Samples',
      description: 'Random perturbations. Given draws decide it themselves.',
      unit: 'forward passes',
    }),
    noise: z.number().gt(0).max(100).default(0.1).meta({
      title: 'Noise',
      description: 'Standard deviation of the Gaussian noise.',
      unit: 'fraction of the range',
    }),
    baseline: z
      .number()
      .default(0)
      .meta({ title: 'Baseline', description: 'What a box holds after the perturbation.', unit: 'model input' }),
    draws: drawsField(
      '[samples, …item]: the perturbations themselves, which are subtracted; replaces seed and samples.',
    ),
  }),
  async measure(data, p) {
    const draws = p.draws
    const samples = draws ? arrayCount('draws', draws, data.geometry.itemDims) : p.samples
    const perturb: Perturb = draws
      ? (sample, into) => into.set(arrayRow(draws, sample))
      : p.perturbation === 'gaussian'
        ? gaussianNoise(data, p.noise)
        : squarePatch(data, p.baseline)
    const values = mapPerValue(data)
    const predicted = new Array<number>(samples).fill(0)
    const change = new Float32Array(data.geometry.size)
    let perturbed = false
    const scores = await scoresOf(data, samples + 1, (row, into) => {
      into.set(data.x)
      if (row === 0) return
      perturb(row - 1, change)
      perturbed ||= change.some((v) => v !== 0)
      for (let i = 0; i < into.length; i++) {
        predicted[row - 1] += change[i] * values[i]
        into[i] -= change[i]
      }
    })
    if (!perturbed) return undefinedBecause('input-constant')
    const drops = scores.slice(1).map((score) => scores[0] - score)
    return summarise(predicted, drops)
  },
})

const mean = (values: readonly number[]): number => values.reduce((s, v) => s + v, 0) / values.length

function summarise(predicted: readonly number[], drops: readonly number[]) {
  const errors = predicted.map((v, k) => (v - drops[k]) ** 2)
  const value = mean(errors)
  const power = mean(predicted.map((v) => v * v))
  const scale = power > 0 ? mean(predicted.map((v, k) => v * drops[k])) / power : null
  const scaled = scale === null ? null : mean(predicted.map((v, k) => (scale * v - drops[k]) ** 2))
  const variance = errors.reduce((s, e) => s + (e - value) ** 2, 0) / Math.max(1, errors.length - 1)
  const zeroMap = mean(drops.map((d) => d * d))
  return {
    value,
    chance: zeroMap,
    details: { zeroMap, scale, scaled, standardError: Math.sqrt(variance / errors.length) },
  }
}

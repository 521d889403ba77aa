import { z } from 'zod'
import { SaliscopeError } from '../shared/errors.ts'
import { counterRandom } from '../tensor/random.ts'
import { type Tensor, tensor } from '../tensor/tensor.ts'
import { arrayCount, arrayRow, arraySchema } from './array-parameter.ts'
import { itemRange } from './baseline.ts'
import { itemGeometry } from './item-geometry.ts'
import type { Method, MethodInput } from './method.ts'
import { Moments } from './moments.ts'
import { parameterNames, parseParameters } from './parameters.ts'
import { pixelMethods } from './pixel-methods.ts'
import { forEachChunk, quietly, rowsOfBatch, rowsPerItem, streamScores, targetOfRows } from './rows.ts'

const parameters = z.strictObject({
  of: z.string().default('gradient').meta({
    title: 'Of',
    description: 'The method whose maps are averaged: any pixel method. Its own parameters are written of.NAME.',
  }),
  ofParameters: z
    .record(z.string(), z.unknown())
    .default({})
    .meta({ title: 'Parameters of the inner method', description: 'Written of.NAME.' }),
  samples: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(25)
    .meta({ title: 'Samples', description: 'Noisy copies. Given draws decide it themselves.', unit: 'copies' }),
  noise: z.number().min(0).max(100).default(0.15).meta({
    title: 'Noise',
    description: 'Standard deviation, in the unit that noiseUnit names.',
  }),
  noiseUnit: z.enum(['range', 'absolute']).default('range').meta({
    title: 'Noise unit',
    description: 'range: a fraction of the item’s maximum − minimum; absolute: in units of the model’s input.',
  }),
  variant: z.enum(['mean', 'square', 'variance']).default('mean').meta({
    title: 'Variant',
    description: 'mean of the maps, mean of their squares (no sign), or their population variance.',
  }),
  draws: arraySchema.optional().meta({
    format: 'array',
    title: 'Draws',
    description: 'The additive noise itself, [samples, …item]; replaces seed and noise.',
  }),
})
export type SmoothgradParameters = z.infer<typeof parameters>

/** Writes x + ε of one copy. */
type AddNoise = (item: number, sample: number, into: Float32Array) => void

function noiseSource({ x, seed }: MethodInput, p: SmoothgradParameters, size: number): AddNoise {
  const xOf = (item: number) => x.data.subarray(item * size, (item + 1) * size)
  const draws = p.draws
  if (draws) {
    return (item, sample, into) => {
      const row = arrayRow(draws, sample)
      const own = xOf(item)
      for (let i = 0; i < size; i++) into[i] = own[i] + row[i]
    }
  }
  const random = counterRandom(seed)
  const normal = new Float64Array(size)
  const sigmas = Array.from({ length: x.dims[0] }, (_, item) => {
    const { minimum, maximum } = itemRange(xOf(item))
    return p.noiseUnit === 'absolute' ? p.noise : p.noise * (maximum - minimum)
  })
  return (item, sample, into) => {
    random.fillNormal(item, sample, normal)
    const own = xOf(item)
    const sigma = sigmas[item]
    for (let i = 0; i < size; i++) into[i] = own[i] + sigma * normal[i]
  }
}

/** A seed for the inner method's own draws that belongs to one copy only. */
function innerSeed(seed: number, item: number, sample: number): number {
  return Math.floor(counterRandom(seed).uniform(item, sample, 2 ** 40) * 2 ** 32)
}

function findInner(of: string): Method<unknown> {
  const method = pixelMethods.find((m) => m.id === of)
  if (method) return method
  const known = pixelMethods.map((m) => m.id).join(', ')
  throw new SaliscopeError('attribution.parameter', `smoothgrad cannot take "${of}" for of; it takes ${known}.`, {
    parameter: 'of',
  })
}

/**
 * SmoothGrad: a method's map, averaged over noisy copies of the input.
 *
 *   mean  A = 1/n Σ_k A(x + ε_k) · square 1/n Σ A(x + ε_k)² · variance 1/n Σ A² − (1/n Σ A)²,   ε_k ~ N(0, σ²)
 *
 * σ       noise · (max x − min x) per item; the noise is not clipped to the valid range
 * input   x  [N, …item], model units
 * output  same shape; `square` and `variance` have no sign
 * check   standard error of the map: of the mean, the mean of squares or the variance (mean over its values)
 * cost    `samples` × the inner method
 * errors  attribution.array-shape (draws), attribution.parameter (of, of.NAME)
 * source  Smilkov et al. 2017, arXiv:1706.03825; square: Hooker et al. 2019, arXiv:1806.10758; variance: Adebayo et al. 2018, arXiv:1810.03307
 */
export const smoothgrad: Method<SmoothgradParameters> = {
  id: 'smoothgrad',
  version: 1,
  title: 'SmoothGrad',
  summary: 'The mean (or mean square, or variance) of a method’s maps over noisy copies of the input.',
  source: 'Smilkov et al. 2017, arXiv:1706.03825; variance: Adebayo et al. 2018, arXiv:1810.03307',
  family: 'gradient',
  output: 'pixel',
  needs: ['gradients'],
  parameters,
  cost(p, itemDims) {
    const inner = findInner(p.of)
    const one = inner.cost(parseParameters(inner, p.ofParameters), itemDims)
    const samples = p.draws?.dims[0] ?? p.samples
    return { forward: 1 + samples * one.forward, gradient: samples * one.gradient }
  },
  async run(input, p, run) {
    const { model, x, target } = input
    const { size, itemDims } = itemGeometry(model.input)
    const items = x.dims[0]
    const samples = p.draws ? arrayCount('draws', p.draws, itemDims) : p.samples
    const inner = findInner(p.of)
    const innerParameters = parseParameters(inner, p.ofParameters)
    const addNoise = noiseSource(input, p, size)
    const moments = Array.from({ length: items }, () => new Moments(size, p.variant))
    const warnings = new Set<string>()
    // A method that draws random numbers counts them by its own item number: it gets one copy at a time and a seed of its own.
    const batch = parameterNames(inner.parameters).includes('draws') ? 1 : model.preferredBatch
    const explainChunk = async (copies: Tensor, rowItems: readonly number[], first: number) => {
      const seed = innerSeed(input.seed, rowItems[0], first % samples)
      const part = { ...input, x: copies, target: targetOfRows(target, rowItems), seed }
      const { map, warnings: said } = await inner.run(part, innerParameters, quietly(run))
      for (const sentence of said) warnings.add(sentence)
      rowItems.forEach((item, r) => {
        moments[item].add(map.data.subarray(r * size, (r + 1) * size))
      })
    }
    await forEachChunk(model, rowsPerItem(items, samples, addNoise), run, 'noisy copies', explainChunk, batch)
    const map = new Float32Array(x.data.length)
    moments.forEach((m, item) => {
      m.write(map.subarray(item * size, (item + 1) * size))
    })
    const scores = new Float64Array(items)
    await streamScores(model, target, rowsOfBatch(x), quietly(run), 'score', (row, score) => {
      scores[row] = score
    })
    const errors = moments.map((m) => m.standardError())
    return {
      map: tensor(x.dims, map),
      scores,
      check: { kind: 'standard-error', values: { mean: errors } },
      warnings: [...warnings],
    }
  },
}

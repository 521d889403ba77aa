import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { linearModel, logit, modelFrom, silentRun } from '../attribution/handwritten-model.ts'
import { parametersJsonSchema, parseParameters } from '../attribution/parameters.ts'
import { undefinedReasons } from '../shared/errors/metrics.ts'
import { counterRandom } from '../tensor/random.ts'
import { type Tensor, tensor } from '../tensor/tensor.ts'
import { squaredDistances } from './distance-transform.ts'
import { fillContours } from './fill-contours.ts'
import { histogramEntropy } from './image-information.ts'
import type { MetricInput } from './metric.ts'
import { otsuLevel } from './otsu.ts'
import { findMetric, metrics } from './registry.ts'

const measure = (id: string, input: Partial<MetricInput> & { map: Tensor }, flat: Record<string, unknown> = {}) => {
  const metric = findMetric(id)
  return metric.run({ seed: 0, ...input }, parseParameters(metric, flat, 'metrics.parameter'), silentRun)
}
const grid = (dims: number[], values: number[]) => tensor(dims, Float32Array.from(values))

describe('registry of metrics', () => {
  const files = new Set(readdirSync(import.meta.dirname))
  it.each(metrics.map((m) => [m.id, m] as const))('%s is described in full', (id, metric) => {
    expect(files).toContain(`${id}.ts`)
    for (const text of [metric.title, metric.summary, metric.source]) expect(text.length).toBeGreaterThan(3)
    const schema = parametersJsonSchema(metric.parameters) as {
      properties?: Record<string, { title?: string; description?: string }>
    }
    for (const [name, field] of Object.entries(schema.properties ?? {}))
      expect(field.title && field.description, `${id} ${name}`).toBeTruthy()
    expect(() => parseParameters(metric, {}, 'metrics.parameter')).not.toThrow()
  })
  it('refuses unknown metrics and parameters in one sentence', () => {
    expect(() => findMetric('beauty')).toThrow(/no metric "beauty"; known are average-precision/)
    expect(() => parseParameters(findMetric('pointing-game'), { tolerance: -1 }, 'metrics.parameter')).toThrow(
      /cannot take -1 for tolerance/,
    )
  })
})

const onMask = metrics.filter((m) => m.needs === 'map+mask').map((m) => m.id)

describe('map and mask', () => {
  const mask = grid([4, 4], [0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0])
  const perfect = mask
  const inverted = tensor(
    [4, 4],
    mask.data.map((v) => 1 - v),
  )

  it.each(onMask.filter((id) => id !== 'roc-paper'))(
    '%s: the mask itself is perfect, its inverse is worse than chance',
    async (id) => {
      const flat = id === 'top-k-intersection' ? { k: 4 } : id === 'dice-at-area' ? { area: 0.25 } : {}
      const best = await measure(id, { map: perfect, mask }, flat)
      expect(best.value).toBe(1)
      const worst = await measure(id, { map: inverted, mask }, flat)
      expect(worst.value).toBeLessThanOrEqual(worst.chance ?? 1)
    },
  )
  it.each(onMask)('%s: an empty mask and a map with NaN have no value', async (id) => {
    expect(await measure(id, { map: perfect, mask: tensor([4, 4]) })).toMatchObject({
      value: null,
      reason: 'mask-empty',
    })
    const broken = grid(
      [4, 4],
      [...mask.data].map((v, i) => (i === 3 ? Number.NaN : v)),
    )
    expect(await measure(id, { map: broken, mask })).toMatchObject({ value: null, reason: 'map-not-finite' })
  })
  it.each(onMask)('%s: a constant map gets its stated value or none', async (id) => {
    const flat = tensor([4, 4], new Float32Array(16).fill(2))
    const result = await measure(id, { map: flat, mask })
    if (['roc-paper', 'iou-otsu', 'iou-threshold'].includes(id))
      expect(result).toMatchObject({ value: null, reason: 'map-constant' })
    else expect(result.warnings).toContain('map-constant')
    const stated: Record<string, number> = { auroc: 0.5, 'average-precision': 0.25, auprc: 0.625, 'pointing-game': 0 }
    if (id in stated) expect(result.value).toBeCloseTo(stated[id], 12)
  })
  it.each(onMask)('%s: every reason is known', async (id) => {
    const full = tensor([2, 2], new Float32Array(4).fill(1))
    const { reason, value, warnings } = await measure(id, { map: grid([2, 2], [1, 2, 3, 4]), mask: full })
    if (value === null) expect(Object.keys(undefinedReasons)).toContain(reason)
    else expect(warnings).toContain('mask-full')
  })
  it.each(['average-precision', 'auroc', 'relevance-rank', 'dice-best'])(
    '%s: a random map is near its chance',
    async (id) => {
      const big = tensor(
        [32, 32],
        Float32Array.from({ length: 1024 }, (_, i) => (i % 32 < 8 ? 1 : 0)),
      )
      let sum = 0
      let chance = 0
      for (let k = 0; k < 40; k++) {
        const noise = tensor([32, 32])
        counterRandom(k).fillUniform(0, 0, noise.data)
        const result = await measure(id, { map: noise, mask: big })
        sum += (result.value ?? 0) / 40
        chance = result.chance ?? 0
      }
      expect(Math.abs(sum - chance)).toBeLessThan(0.02)
    },
  )
  it.each(['average-precision', 'auroc', 'auprc', 'dice-best', 'roc-paper', 'iou-otsu', 'iou-threshold'])(
    '%s does not change with scale and shift',
    async (id) => {
      const values = Array.from({ length: 16 }, (_, i) => Math.sin(3 * i))
      const a = await measure(id, { map: grid([4, 4], values), mask })
      const b = await measure(id, {
        map: grid(
          [4, 4],
          values.map((v) => 8 * v + 16),
        ),
        mask,
      })
      expect(b.value).toBeCloseTo(a.value ?? -1, 5)
    },
  )
  it('accepts the shape explain writes, and merges channels by rule', async () => {
    const map = tensor([1, 2, 4, 4], Float32Array.from([...mask.data, ...mask.data.map((v) => -3 * v)]))
    expect((await measure('pointing-game', { map, mask })).value).toBe(0)
    expect((await measure('pointing-game', { map, mask }, { merge: 'absolute-sum' })).value).toBe(1)
    const last = tensor([1, 4, 4, 1], mask.data)
    expect((await measure('auroc', { map: last, mask })).value).toBe(1)
  })
  it('refuses other shapes and masks that are not 0 and 1', async () => {
    await expect(measure('auroc', { map: tensor([3, 4]), mask })).rejects.toThrow(
      /map has the shape \[3, 4\], where \[4, 4\] is needed/,
    )
    await expect(
      measure('auroc', {
        map: perfect,
        mask: tensor(
          [4, 4],
          mask.data.map((v) => 2 * v),
        ),
      }),
    ).rejects.toThrow(/value 2 at position 5/)
    await expect(measure('auroc', { map: perfect })).rejects.toThrow(/no mask was given/)
  })
})

describe('pointing game', () => {
  const mask = grid([4, 4], [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  const map = grid([4, 4], [0, 9, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0])
  it('counts the first of equal maxima and tells how many tie', async () => {
    expect(await measure('pointing-game', { map, mask })).toMatchObject({
      value: 0,
      chance: 1 / 16,
      details: { position: 1, tied: 2, distance: 1 },
    })
  })
  it('lets a miss within the tolerance count, and grows the chance with it', async () => {
    expect(await measure('pointing-game', { map, mask }, { tolerance: 1 })).toMatchObject({ value: 1, chance: 5 / 16 })
  })
  it('measures distance as brute force does, in 3-D too', () => {
    const dims = [3, 4, 5]
    const marked = Uint8Array.from({ length: 60 }, (_, i) => (i % 17 === 3 ? 1 : 0))
    const place = (i: number) => [Math.floor(i / 20), Math.floor(i / 5) % 4, i % 5]
    const brute = Array.from(marked, (_, i) =>
      Math.min(
        ...Array.from(marked, (m, j) => (m ? place(i).reduce((s, v, k) => s + (v - place(j)[k]) ** 2, 0) : Infinity)),
      ),
    )
    expect([...squaredDistances(marked, dims)]).toEqual(brute)
  })
})

describe('Otsu and contours', () => {
  it('takes the first of equal levels', () => {
    expect(otsuLevel(Uint8Array.of(10, 10, 200, 200))).toBe(10)
    expect(otsuLevel(Uint8Array.of(7, 7, 7))).toBe(0)
  })
  it('drops single positions, closes holes, keeps slices apart', () => {
    const ring = [1, 1, 1, 0, 0, 1, 0, 1, 0, 1, 1, 1, 1, 0, 0]
    expect([...fillContours(Uint8Array.from(ring), [3, 5])]).toEqual(
      [1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0].map((v, i) => (i === 9 ? 0 : v)),
    )
    const volume = Uint8Array.from([1, 0, 0, 0, 1, 0, 0, 0])
    expect([...fillContours(volume, [2, 2, 2])]).toEqual(new Array(8).fill(0))
  })
})

describe('two maps', () => {
  const a = grid(
    [8, 8],
    Array.from({ length: 64 }, (_, i) => Math.sin(i) / 2 + 0.5),
  )
  it.each(['ssim', 'pearson', 'spearman', 'kendall', 'top-k-overlap'])('%s of a map with itself is 1', async (id) => {
    expect((await measure(id, { map: a, other: a })).value).toBeCloseTo(1, 12)
  })
  it.each(['pearson', 'spearman', 'kendall'])('%s of opposite maps is −1, of a constant map undefined', async (id) => {
    const b = tensor(
      [8, 8],
      a.data.map((v) => -v),
    )
    expect((await measure(id, { map: a, other: b })).value).toBeCloseTo(-1, 12)
    expect(await measure(id, { map: a, other: tensor([8, 8]) })).toMatchObject({ value: null, reason: 'map-constant' })
    expect(await measure(id, { map: tensor([1]), other: tensor([1]) })).toMatchObject({
      value: null,
      reason: 'too-few',
    })
  })
  it('ssim differs by dataRange on flat maps', async () => {
    const b = tensor(
      [8, 8],
      a.data.map((v) => 0.9 * v),
    )
    const one = await measure('ssim', { map: a, other: b })
    const two = await measure('ssim', { map: a, other: b }, { dataRange: 2 })
    expect(two.value).toBeGreaterThan(one.value ?? 1)
  })
  it('knows where it does not apply', async () => {
    expect(await measure('ssim', { map: tensor([3, 3]), other: tensor([3, 3]) })).toMatchObject({
      value: null,
      reason: 'too-few',
    })
    expect(await measure('hog-similarity', { map: tensor([8, 8, 8]), other: tensor([8, 8, 8]) })).toMatchObject({
      value: null,
      reason: 'not-applicable',
    })
    expect(await measure('hog-similarity', { map: a, other: a })).toMatchObject({ value: null, reason: 'too-few' })
    await expect(measure('pearson', { map: a })).rejects.toThrow(/the second was not given/)
  })
})

describe('map alone', () => {
  const one = grid([5], [0, 0, -3, 0, 0])
  const even = grid([4], [2, -2, 2, -2])
  it('sparseness, entropy and complexity of one point and of an even map', async () => {
    expect((await measure('sparseness', { map: one })).value).toBeCloseTo(0.8, 12)
    expect((await measure('sparseness', { map: even })).value).toBeCloseTo(0, 12)
    expect((await measure('entropy', { map: one })).value).toBeCloseTo(0, 12)
    expect(await measure('entropy', { map: even })).toMatchObject({ value: Math.log(4), details: { normalised: 1 } })
    expect((await measure('effective-complexity', { map: one })).value).toBe(1)
    expect((await measure('effective-complexity', { map: even })).value).toBe(4)
  })
  it('a map of zeros', async () => {
    for (const id of ['sparseness', 'entropy'])
      expect(await measure(id, { map: tensor([4]) })).toMatchObject({ value: null, reason: 'map-zero' })
    expect((await measure('effective-complexity', { map: tensor([4]) })).value).toBe(0)
  })
})

describe('map and model', () => {
  // f(x) = w·x: removing position q costs w_q x_q, so everything is known.
  const w = [4, 3, 2, 1]
  const model = modelFrom({ ...linearModel([w], [1, 2, 2]), preferredBatch: 3 })
  const x = grid([1, 1, 2, 2], [1, 1, 1, 1])
  const map = grid([2, 2], w)
  const input = { map, x, model, target: logit() }
  it('deletion and insertion of a linear model', async () => {
    const deletion = await measure('deletion', input, { step: 0.25 })
    expect(deletion.curve).toEqual({ x: [0, 0.25, 0.5, 0.75, 1], y: [10, 6, 3, 1, 0] })
    expect(deletion.value).toBeCloseTo((10 / 2 + 6 + 3 + 1) / 4, 12)
    const insertion = await measure('insertion', input, { step: 0.25 })
    expect(insertion.curve?.y).toEqual([0, 4, 7, 9, 10])
    expect(insertion.details?.normalised).toBeCloseTo(
      (insertion.value ?? 0) / 10 < 1 ? ((insertion.value ?? 0) - 10) / -10 : 0,
      12,
    )
  })
  it('counts steps by share, the last one complete', async () => {
    expect((await measure('deletion', input, { step: 0.4 })).curve?.x).toEqual([0, 0.5, 0.75, 1])
  })
  it('pixel flipping, region perturbation, irof', async () => {
    expect((await measure('pixel-flipping', input, { pixels: 3 })).curve).toEqual({ x: [0, 0.75, 1], y: [10, 1, 0] })
    const regions = await measure('region-perturbation', input, { patch: 1 })
    expect(regions.curve?.y).toEqual([0, 4, 7, 9, 10])
    expect(regions.details?.aopc).toBeCloseTo(6, 12)
    const irof = await measure('irof', input, { segments: grid([2, 2], [0, 1, 1, 0]), fill: 0 })
    expect(irof.curve?.y).toEqual([1, 0.5, 0])
    expect(irof.value).toBeCloseTo(0.5, 12)
  })
  it('correlations with the drop of a linear model are 1', async () => {
    const draws = grid([4, 2, 2], [1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1])
    expect((await measure('faithfulness-correlation', input, { draws })).value).toBeCloseTo(1, 10)
    expect(await measure('sensitivity-n', input, { draws })).toMatchObject({ curve: { x: [1, 2] } })
    const flat = tensor([2, 2], new Float32Array(4).fill(1))
    expect(await measure('faithfulness-correlation', { ...input, map: flat }, { runs: 5, subset: 1 })).toMatchObject({
      value: null,
      reason: 'sums-constant',
    })
  })
  it('infidelity of the gradient of a linear model is 0', async () => {
    const varied = { ...input, x: grid([1, 1, 2, 2], [0, 1, 2, 3]) }
    const result = await measure('infidelity', varied, { samples: 20 })
    expect(result.value).toBeLessThan(1e-9)
    expect(result.details?.zeroMap).toBeGreaterThan(0.01)
    expect((await measure('infidelity', varied, { samples: 20, perturbation: 'square' })).value).toBeLessThan(1e-9)
    expect(await measure('infidelity', input, { samples: 20 })).toMatchObject({ value: null, reason: 'input-constant' })
  })
  it('completeness of exact shares is 0', async () => {
    expect(await measure('completeness', input)).toMatchObject({
      value: 0,
      details: { sum: 10, difference: 10, relative: 0, conservation: 1 },
    })
    expect((await measure('completeness', input, { baseline: 1 })).details?.relative).toBe(null)
  })
  it('monotonicity says how many steps do not fall', async () => {
    const falling = modelFrom(linearModel([[4, -3, 2, 1]], [1, 2, 2]))
    expect(await measure('monotonicity', { ...input, model: falling }, { pixels: 1 })).toMatchObject({
      value: 0,
      details: { fraction: 0.75 },
    })
    expect((await measure('monotonicity', input, { pixels: 1 })).value).toBe(1)
  })
  it('road imputes a removed position from its neighbours', async () => {
    const n = 5
    const ramp = tensor(
      [1, 1, n, n],
      Float32Array.from({ length: n * n }, (_, i) => (i % n) + Math.floor(i / n)),
    )
    const middle = tensor(
      [n, n],
      Float32Array.from({ length: n * n }, (_, i) => (i === 12 ? 1 : 0)),
    )
    const sums = modelFrom(linearModel([new Array(n * n).fill(1)], [1, n, n]))
    // A linear ramp is its own mean: removing the middle changes nothing.
    const result = await measure(
      'road',
      { map: middle, x: ramp, model: sums, target: logit() },
      { percentages: 4, noise: 0 },
    )
    expect(result.curve?.y[1]).toBeCloseTo(100, 4)
    expect(
      await measure('road', { map: middle, x: ramp, model: sums, target: logit() }, { percentages: 100 }),
    ).toMatchObject({ value: null, reason: 'not-applicable' })
  })
  it('a score that is not a number is undefined, never NaN', async () => {
    const broken = modelFrom({ ...linearModel([w], [1, 2, 2]), scores: () => [Number.NaN] })
    expect(await measure('deletion', { ...input, model: broken })).toMatchObject({
      value: null,
      reason: 'score-not-finite',
    })
  })
  it('sic and aic leave out what the model does not recognise', async () => {
    const unsure = modelFrom(linearModel([[0.001, 0, 0, 0]], [1, 2, 2]))
    for (const id of ['sic', 'aic'])
      expect(
        await measure(id, { ...input, model: unsure }, { information: 'entropy', minimumPrediction: 1 }),
      ).toMatchObject({ value: null })
    expect(histogramEntropy(Uint8Array.of(0, 0, 255, 255))).toBeCloseTo(1, 12)
  })
  it('refuses more than one item', async () => {
    await expect(measure('deletion', { ...input, x: tensor([2, 1, 2, 2]) })).rejects.toThrow(/one item at a time/)
  })
})

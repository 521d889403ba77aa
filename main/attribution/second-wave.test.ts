import { describe, expect, it } from 'vitest'
import { counterRandom } from '../tensor/random.ts'
import { tensor } from '../tensor/tensor.ts'
import { allCoalitions, givenCoalitions, kernelWeight, sampledCoalitions } from './coalitions.ts'
import { advance, guidedPath } from './guided-path.ts'
import { type HandwrittenModel, linearModel, logit, modelFrom, quadraticModel, silentRun } from './handwritten-model.ts'
import { solveShapley } from './kernel-shap.ts'
import { fitLime } from './lime.ts'
import { PositiveDefinite } from './linear-solve.ts'
import { parseParameters } from './parameters.ts'
import { firstProjection } from './principal-direction.ts'
import { growFast, growFull } from './region-growing.ts'
import { findMethod } from './registry.ts'

const explain = (
  id: string,
  input: Parameters<ReturnType<typeof findMethod>['run']>[0],
  flat: Record<string, unknown> = {},
) => {
  const method = findMethod(id)
  return method.run(input, parseParameters(method, flat), silentRun)
}
const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, digits = 5) => {
  expect(actual.length).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) expect(actual[i]).toBeCloseTo(expected[i], digits)
}

const c = [1, -2, 0.5, 3]
const x = tensor([1, 1, 2, 2], Float32Array.of(1, 2, -1, 0.5))
const quadratic = { model: modelFrom(quadraticModel(c, [1, 2, 2])), x, target: logit(), layer: null, seed: 0 }

describe('paths', () => {
  it('expected gradients follow their formula for given draws', async () => {
    const references = tensor([2, 1, 2, 2], Float32Array.of(0, 0, 0, 0, 1, 1, 1, 1))
    const draws = tensor([3, 2], Float32Array.of(0, 0.25, 1, 0.5, 1, 1))
    const { map, check } = await explain('expected-gradients', quadratic, { references, draws })
    const term = (i: number, r: number, a: number) => (x.data[i] - r) * 2 * c[i] * (r + a * (x.data[i] - r))
    close(
      map.data,
      [0, 1, 2, 3].map((i) => (term(i, 0, 0.25) + term(i, 1, 0.5) + term(i, 1, 1)) / 3),
    )
    expect(check?.values.standardError[0]).toBeGreaterThan(0)
  })
  it('stratified draws come close to completeness', async () => {
    const references = tensor(
      [2, 1, 2, 2],
      Float32Array.from({ length: 8 }, (_, i) => Math.cos(i)),
    )
    const { check } = await explain('expected-gradients', quadratic, { references, samples: 400 })
    expect(Math.abs(check?.values.relative[0] ?? 1)).toBeLessThan(0.02)
  })
  it('expected gradients do not tie a place on the path to a reference', async () => {
    // As many references as samples, in ascending order. Exactly: E[(x − r)·2c(r + α(x − r))] = c(x² − r²).
    const count = 20
    const references = tensor(
      [count, 1, 2, 2],
      Float32Array.from({ length: 4 * count }, (_, i) => Math.floor(i / 4) / count),
    )
    const square = Array.from({ length: count }, (_, k) => (k / count) ** 2).reduce((a, b) => a + b) / count
    const exact = [0, 1, 2, 3].map((i) => c[i] * (x.data[i] ** 2 - square))
    const found = [0, 0, 0, 0]
    const seeds = 200
    for (let seed = 0; seed < seeds; seed++) {
      const { map } = await explain('expected-gradients', { ...quadratic, seed }, { references, samples: count })
      map.data.forEach((v, i) => {
        found[i] += v / seeds
      })
    }
    found.forEach((v, i) => {
      expect(Math.abs(v - exact[i])).toBeLessThan(0.01 * Math.max(...exact.map(Math.abs)))
    })
  })
  it('refuses draws that name no reference', async () => {
    const references = tensor([1, 1, 2, 2])
    await expect(
      explain('expected-gradients', quadratic, { references, draws: tensor([1, 2], Float32Array.of(1, 0.5)) }),
    ).rejects.toThrow(/Row 0 of draws names the reference 1/)
    await expect(explain('expected-gradients', quadratic, { references: tensor([4]) })).rejects.toThrow(
      /array references has the shape \[4\]/,
    )
    expect(() => parseParameters(findMethod('expected-gradients'), {})).toThrow(
      /needs the parameter references: an array/,
    )
  })
  it('blur integrated gradients add up to f(x) − f(blurred x)', async () => {
    const n = 12
    const model = modelFrom(
      quadraticModel(
        Array.from({ length: n * n }, (_, i) => Math.sin(i)),
        [1, n, n],
      ),
    )
    const image = tensor(
      [1, 1, n, n],
      Float32Array.from({ length: n * n }, (_, i) => Math.cos(i / 5)),
    )
    const { check } = await explain(
      'blur-integrated-gradients',
      { ...quadratic, model, x: image },
      { steps: 400, maximumSigma: 4, differenceSigma: 0.001 },
    )
    expect(Math.abs(check?.values.relative[0] ?? 1)).toBeLessThan(0.05)
  })
  it('guided integrated gradients with distance 0 are integrated gradients along the line', async () => {
    const { map } = await explain('guided-integrated-gradients', quadratic, { steps: 50, maximumDistance: 0 })
    const left = await explain('integrated-gradients', quadratic, { steps: 50, rule: 'left' })
    close(map.data, left.map.data, 4)
  })
  it('guided steps keep the share of the distance they are due', () => {
    const random = counterRandom(4)
    const start = Float32Array.from({ length: 40 }, (_, i) => random.normal(0, 0, i))
    const end = Float32Array.from({ length: 40 }, (_, i) => random.normal(0, 1, i))
    const path = guidedPath(start, end)
    for (let step = 0; step < 10; step++) {
      advance(
        path,
        path.here.map((h, i) => Math.sin(h * (i + 1))),
        step,
        { steps: 10, fraction: 0.25, maximumDistance: 0.1 },
      )
      const left = path.here.reduce((s, h, i) => s + Math.abs(h - end[i]), 0)
      expect(left / path.total).toBeCloseTo(1 - (step + 1) / 10, 6)
    }
  })
  it('a path without length gives zeros', async () => {
    const { map } = await explain('guided-integrated-gradients', quadratic, { steps: 3, baseline: x })
    expect([...map.data]).toEqual([0, 0, 0, 0])
  })
})

describe('class activation by channel', () => {
  // Two channels on 2 positions; the score is 3·mean(A_0) − mean(A_1).
  const hand: HandwrittenModel = {
    itemDims: [2, 1, 2],
    channelAxis: 0,
    scoreCount: 1,
    scores: (v) => [(3 * (v[0] + v[1])) / 2 - (v[2] + v[3]) / 2],
    gradient: () => [1.5, 1.5, -0.5, -0.5],
    layer: {
      dims: [2, 1, 2],
      activation: (v) => v,
      scores: (a) => [(3 * (a[0] + a[1])) / 2 - (a[2] + a[3]) / 2],
      gradient: () => [1.5, 1.5, -0.5, -0.5],
    },
  }
  const input = {
    model: modelFrom(hand),
    x: tensor([1, 2, 1, 2], Float32Array.of(1, 3, 2, 2)),
    target: logit(),
    layer: null,
    seed: 0,
  }
  it('ablation-cam weighs channels by the share of the score they hold', async () => {
    const { map } = await explain('ablation-cam', input, { upsample: 'none', relu: false })
    // f = 4; without channel 0: −2, without channel 1: 6.
    close(
      map.data,
      [1, 3].map((a) => (6 / 4) * a + (-2 / 4) * 2),
    )
  })
  it('ablation-cam warns about a negative score', async () => {
    const { warnings } = await explain(
      'ablation-cam',
      { ...input, target: { ...logit(), negate: true } },
      { relu: false },
    )
    expect(warnings.join()).toMatch(/score is negative/)
  })
  it('score-cam weighs channels by probability; a constant channel hides everything', async () => {
    const { map } = await explain('score-cam', input, { upsample: 'none', relu: false })
    const sigmoid = (v: number) => 1 / (1 + Math.exp(-v))
    // Mask of channel 0 is (0, 1): x seen is (0, 3 | 0, 2); of the constant channel 1 it is 0.
    const weights = [sigmoid((3 * 3) / 2 - 2 / 2), sigmoid(0)]
    close(
      map.data,
      [1, 3].map((a) => weights[0] * a + weights[1] * 2),
    )
  })
  it('eigen-cam finds the direction of largest variance, signed by the channel mean', () => {
    const random = counterRandom(2)
    const along = Float64Array.from({ length: 30 }, (_, i) => random.normal(0, 0, i))
    const matrix = Float64Array.from(
      { length: 60 },
      (_, k) => along[Math.floor(k / 2)] * [3, 4][k % 2] + 1e-3 * random.normal(0, 1, k),
    )
    const projection = firstProjection(matrix, 30, 2)
    const sign = Math.sign(projection[0] * along[0])
    close(
      projection,
      along.map((v) => 5 * sign * v),
      1,
    )
    expect([...firstProjection(new Float64Array(6), 3, 2)]).toEqual([0, 0, 0])
  })
})

describe('segments', () => {
  const w = [1, -2, 3, 0.5, -1, 2]
  const labels = tensor([2, 3], Float32Array.of(7, 7, 2, 2, 9, 9))
  const image = tensor([1, 1, 2, 3], Float32Array.of(1, 2, 3, 4, 5, 6))
  const input = { model: modelFrom(linearModel([w], [1, 2, 3])), x: image, target: logit(), layer: null, seed: 1 }
  const share = (positions: number[]) => positions.reduce((s, q) => s + w[q] * image.data[q], 0)
  const effects = [share([0, 1]), share([2, 3]), share([4, 5])]
  const expected = [0, 0, 1, 1, 2, 2].map((s) => effects[s])

  it('KernelSHAP of a linear model with fill 0 is each segment’s own share', async () => {
    const { map, check } = await explain('kernel-shap', input, { segments: labels, fill: 0 })
    close(map.data, expected, 4)
    expect(Math.abs(check?.values.gap[0] ?? 1)).toBeLessThan(1e-6)
  })
  it('KernelSHAP leaves a segment equal to its fill at exactly 0', async () => {
    const flat = tensor([1, 1, 2, 3], Float32Array.of(1, 2, 3, 3, 5, 6))
    const { map } = await explain('kernel-shap', { ...input, x: flat }, { segments: labels })
    expect(map.data[2]).toBe(0)
  })
  it('LIME with little penalty finds the same, and a perfect fit', async () => {
    const { map, check } = await explain('lime', input, { segments: labels, fill: 0, ridge: 1e-9, samples: 60 })
    close(map.data, expected, 3)
    expect(check?.values.r2[0]).toBeCloseTo(1, 6)
  })
  it('LIME cuts its own segments', async () => {
    const n = 16
    const big = tensor(
      [1, 1, n, n],
      Float32Array.from({ length: n * n }, (_, i) => (i % n < n / 2 ? 0 : 1) + 0.02 * Math.sin(i)),
    )
    const model = modelFrom(linearModel([Array.from({ length: n * n }, (_, i) => (i % n < n / 2 ? 0 : 1))], [1, n, n]))
    const { map } = await explain(
      'lime',
      { ...input, model, x: big },
      { segmenter: 'felzenszwalb', 'segmenter.scale': 100, 'segmenter.minimumSize': 60, fill: 0, samples: 40 },
    )
    expect(map.data[n - 1]).toBeGreaterThan(map.data[0])
  })
  it('asks SLIC for as many segments as are named', async () => {
    const n = 16
    const x = tensor(
      [1, 1, n, n],
      Float32Array.from({ length: n * n }, (_, i) => Math.sin(i * 12.9898)),
    )
    const model = modelFrom(linearModel([Array.from({ length: n * n }, (_, i) => i)], [1, n, n]))
    const of = (count: number) => explain('kernel-shap', { ...input, model, x }, { segments: count, samples: 40 })
    const found = async (count: number) => new Set((await of(count)).map.data).size
    expect(await found(16)).toBeGreaterThan(await found(4))
    await expect(explain('lime', { ...input, model, x }, { segments: 4 })).rejects.toThrow(
      /quickshift has no parameter segments/,
    )
  })
  it('refuses a single segment and rows of the wrong length', async () => {
    await expect(explain('lime', input, { segments: tensor([2, 3]) })).rejects.toThrow(/leaves 1 segment/)
    await expect(explain('lime', input, { segments: labels, draws: tensor([4, 2]) })).rejects.toThrow(
      /\[samples, 3\] is needed for 3 segments/,
    )
  })
  it('fits a weighted ridge by its normal equations', () => {
    const rows = [
      [1, 1],
      [1, 0],
      [0, 1],
      [0, 0],
    ]
    const fit = fitLime(rows, [5, 3, 2, 0], 1e6, 1e-9)
    close(fit.coefficients, [3, 2], 6)
    expect(fit.intercept).toBeCloseTo(0, 6)
    expect(fit.prediction).toBeCloseTo(5, 6)
  })
})

describe('coalitions', () => {
  const sizeOf = (row: ArrayLike<number>) => Array.from(row).reduce((s, v) => s + v, 0)
  it('enumerates all subsets within the budget', () => {
    expect(allCoalitions(4).rows.length).toBe(14)
    expect(sampledCoalitions(4, 14, 0, 0).rows.length).toBe(14)
  })
  it('enumerates small and large subsets first and keeps the weight of every size', () => {
    const m = 12
    const { rows, weights } = sampledCoalitions(m, 300, 7, 0)
    expect(rows.length).toBeLessThanOrEqual(300)
    expect(new Set(rows.map((r) => Array.from(r).join(''))).size).toBe(rows.length)
    expect(rows.filter((r) => sizeOf(r) === 1).length).toBe(m)
    expect(rows.filter((r) => sizeOf(r) === m - 1).length).toBe(m)
    expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10)
  })
  it('gives Shapley values of an additive game from a sample', () => {
    const values = Array.from({ length: 14 }, (_, i) => Math.sin(i + 1))
    const coalitions = sampledCoalitions(14, 400, 3, 0)
    const games = coalitions.rows.map((row) => Array.from(row).reduce((s, v, i) => s + v * values[i], 0))
    close(
      solveShapley(
        coalitions,
        games,
        values.reduce((a, b) => a + b, 0),
        14,
      ).values,
      values,
      8,
    )
  })
  it('counts given rows and drops the empty and the full one', () => {
    const { rows, weights } = givenCoalitions([
      [1, 0, 0],
      [1, 1, 1],
      [1, 0, 0],
      [0, 0, 0],
    ])
    expect(rows.length).toBe(1)
    expect(weights[0]).toBeCloseTo(2 * kernelWeight(3, 1), 12)
  })
  it('names a system without a unique solution', () => {
    expect(() => new PositiveDefinite(Float64Array.of(1, 1, 1, 1), 2)).toThrow(/no unique solution/)
  })
})

describe('regions', () => {
  const attribution = Float64Array.of(5, 5, 1, 1, 0, 0)
  const regions = [Int32Array.of(0, 1, 2, 3), Int32Array.of(0, 1), Int32Array.of(2, 3), Int32Array.of(4)]
  it('full: the best mean of what is new comes first; what is too small is left over', () => {
    expect([...growFull(attribution, regions, 2)]).toEqual([5, 5, 1, 1, 0, 0])
  })
  it('fast: ranked once by whole means', () => {
    expect([...growFast(attribution, regions, 2)]).toEqual([5, 5, 1, 1, 0, 0])
    expect([
      ...growFast(Float64Array.of(4, 4, 1, 1, 0, 0), [Int32Array.of(0, 1, 2, 3), Int32Array.of(2, 3)], 1),
    ]).toEqual([2.5, 2.5, 2.5, 2.5, 0, 0])
  })
  it('full: ties go to the first region', () => {
    expect([...growFull(Float64Array.of(1, 1, 1, 3), [Int32Array.of(0, 1), Int32Array.of(1, 2)], 1)]).toEqual([
      1, 1, 1, 3,
    ])
  })
  it('xrai of a bright square ranks the square first, in 2-D and 3-D, and its control does not look at the model', async () => {
    for (const dims of [
      [1, 40, 40],
      [1, 12, 20, 20],
    ]) {
      const n = dims.reduce((s, d) => s * d, 1)
      const inside = (i: number) => {
        const px = i % dims[dims.length - 1]
        const py = Math.floor(i / dims[dims.length - 1]) % dims[dims.length - 2]
        const half = dims[dims.length - 1] / 2
        return px >= half / 2 && px < 1.5 * half && py >= half / 2 && py < 1.5 * half
      }
      const image = tensor(
        [1, ...dims],
        Float32Array.from({ length: n }, (_, i) => (inside(i) ? 1 : 0) + 0.01 * Math.sin(i * 7)),
      )
      const model = modelFrom(linearModel([Array.from({ length: n }, (_, i) => (inside(i) ? 1 : 0))], dims))
      const input = { model, x: image, target: logit(), layer: null, seed: 0 }
      const { map } = await explain('xrai', input, { base: 'input-x-gradient' })
      const centre = map.data[map.data.findIndex((_, i) => inside(i))]
      expect(centre).toBeGreaterThan(map.data[0])
      const seen = model.rowsSeen()
      await explain('random-xrai', input)
      expect(model.rowsSeen() - seen).toBe(1)
    }
  })
})

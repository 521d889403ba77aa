import { describe, expect, it } from 'vitest'
import { tensor } from '../tensor/tensor.ts'
import { type HandwrittenModel, linearModel, logit, modelFrom, silentRun } from './handwritten-model.ts'
import { legacyNames, legacySwitches } from './legacy.ts'
import { parseParameters } from './parameters.ts'
import { pathNodes } from './path-rule.ts'
import { findMethod, methods } from './registry.ts'
import { fixedFeatures } from './segments.ts'

const explain = (
  id: string,
  input: Parameters<ReturnType<typeof findMethod>['run']>[0],
  flat: Record<string, unknown> = {},
) => {
  const method = findMethod(id)
  return method.run(input, parseParameters(method, flat), silentRun)
}
const close = (actual: ArrayLike<number>, expected: readonly number[], digits = 5) => {
  expect(actual.length).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) expect(actual[i]).toBeCloseTo(expected[i], digits)
}

/** Activation = input with a copy of it negated as second channel; score k = Σ w_k A. */
const w = [
  [1, -2, 3, 0.5, 2, 1, -1, 4],
  [-1, 1, 2, 0.5, 1, -2, 1, 1],
]
const twoChannels: HandwrittenModel = {
  itemDims: [1, 2, 2],
  channelAxis: 0,
  scoreCount: 2,
  scores: (x) => w.map((row) => row.slice(0, 4).reduce((s, v, i) => s + v * x[i] - row[i + 4] * x[i], 0)),
  gradient: (_x, k) => [0, 1, 2, 3].map((i) => w[k][i] - w[k][i + 4]),
  layer: {
    dims: [2, 2, 2],
    activation: (x) => [...x, ...x.map((v) => -v)],
    gradient: (_a, k) => w[k],
    scores: (a) => w.map((row) => row.reduce((s, v, i) => s + v * a[i], 0)),
  },
}
const x = tensor([1, 1, 2, 2], Float32Array.of(1, 2, -1, 0.5))
const input = { model: modelFrom(twoChannels), x, target: logit(), layer: null, seed: 0 }

describe('legacy switches', () => {
  it('are off in every method, and known by name', () => {
    const switches = methods.flatMap((method) => {
      const { shape } = method.parameters as unknown as { shape: Record<string, { parse(value: unknown): unknown }> }
      return Object.entries(shape).filter(([name]) => name.startsWith('legacy.'))
    })
    expect(switches.map(([name]) => name.slice('legacy.'.length)).sort()).toEqual(Object.keys(legacySwitches).sort())
    for (const [, schema] of switches) expect(schema.parse(undefined)).toBe(false)
    expect(legacyNames({ relu: true, 'legacy.gradCamGated': true, 'legacy.shap255': false })).toEqual([
      'legacy.gradCamGated',
    ])
  })

  it('gate Grad-CAM by activation and gradient, and start its map from 1', async () => {
    const { map } = await explain('grad-cam', input, { upsample: 'none', 'legacy.gradCamGated': true })
    // Channel 0 is positive at 0, 1, 3 with gradients 1, −2, 0.5; channel 1 at 2 alone, with −1.
    const weight = (1 + 0.5) / 4
    close(
      map.data,
      Array.from(x.data, (v) => Math.max(0, 1 + weight * v)),
    )
    const plain = await explain('grad-cam', input, { upsample: 'none' })
    const [a, b] = [2.5 / 4, 6 / 4]
    close(
      plain.map.data,
      Array.from(x.data, (v) => Math.max(0, (a - b) * v)),
    )
  })

  it('put Score-CAM’s probabilities through softmax again', async () => {
    const weightsOf = async (flat: Record<string, unknown>) => {
      const { map } = await explain('score-cam', input, { upsample: 'none', relu: false, ...flat })
      return map.data[0] / x.data[0] // (w₀ − w₁)·x
    }
    const scaled = [0, 1].map((k) => {
      const a = Array.from(x.data, (v) => (k === 0 ? v : -v))
      const [low, high] = [Math.min(...a), Math.max(...a)]
      return twoChannels.scores(x.data.map((v, i) => (v * (a[i] - low)) / (high - low)))
    })
    const p = scaled.map(([z0, z1]) => 1 / (1 + Math.exp(z1 - z0)))
    const twice = p.map((v) => 1 / (1 + Math.exp(1 - v - v)))
    expect(await weightsOf({})).toBeCloseTo(p[0] - p[1], 5)
    expect(await weightsOf({ 'legacy.doubleSoftmax': true })).toBeCloseTo(twice[0] - twice[1], 5)
  })

  it('count SHAP’s labels from 1 and leave segments beyond the features alone', async () => {
    const four = { labels: Int32Array.of(0, 1, 2, 3), count: 4 }
    expect(fixedFeatures(four, 3)).toEqual({ labels: Int32Array.of(1, 2, -1, -1), count: 3 })
    const model = modelFrom(linearModel([[1, 2, 3, 4]], [1, 2, 2]))
    const segments = tensor([2, 2], Float32Array.of(0, 1, 2, 3))
    const linear = { model, x, target: logit(), layer: null, seed: 0 }
    const flat = { segments, fill: 0, samples: 14, 'segmenter.segments': 3 }
    const { map } = await explain('kernel-shap', linear, { ...flat, 'legacy.fixedFeatures': true })
    close(map.data, [1, 4, 0, 0])
    const hidden = await explain('kernel-shap', linear, { ...flat, 'legacy.shap255': true })
    close(hidden.map.data, [1 * (1 - 255), 2 * (2 - 255), 3 * (-1 - 255), 4 * (0.5 - 255)], 2)
  })
})

describe('path rules', () => {
  it.each(['midpoint', 'gauss-legendre', 'trapezoid'] as const)('%s integrates a straight line exactly', (rule) => {
    const { alphas, weights } = pathNodes(rule, 7)
    expect(alphas.reduce((s, a, i) => s + weights[i] * (3 * a + 1), 0)).toBeCloseTo(2.5, 12)
    expect(weights.reduce((s, v) => s + v, 0)).toBeCloseTo(1, 12)
  })
})

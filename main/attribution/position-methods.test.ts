import { describe, expect, it } from 'vitest'
import { tensor } from '../tensor/tensor.ts'
import { type HandwrittenModel, linearModel, logit, modelFrom, silentRun } from './handwritten-model.ts'
import { itemGeometry } from './item-geometry.ts'
import { windowCount } from './occlusion.ts'
import { parseParameters } from './parameters.ts'
import { findMethod } from './registry.ts'

const explain = (
  id: string,
  input: Parameters<ReturnType<typeof findMethod>['run']>[0],
  flat: Record<string, unknown> = {},
) => {
  const method = findMethod(id)
  return method.run(input, parseParameters(method, flat), silentRun)
}
const close = (actual: ArrayLike<number>, expected: number[], digits = 5) => {
  expect(actual.length).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) expect(actual[i]).toBeCloseTo(expected[i], digits)
}

describe('item geometry', () => {
  it.each([
    [[2, 3, 4], 0],
    [[3, 4, 2], 2],
    [[3, 2, 4], 1],
    [[3, 4], null],
  ] as const)('finds every value of %j with channels at %s exactly once', (itemDims, channelAxis) => {
    const g = itemGeometry({ itemDims, channelAxis })
    expect(g.spatialDims).toEqual([3, 4])
    const offsets = Array.from({ length: g.positions }, (_, p) =>
      Array.from({ length: g.channels }, (_, c) => g.offset(p, c)),
    ).flat()
    expect([...offsets].sort((a, b) => a - b)).toEqual(Array.from({ length: g.size }, (_, i) => i))
  })
})

describe('occlusion', () => {
  it('counts windows as the contract says', () => {
    expect(windowCount(224, 15, 1)).toBe(210)
    expect(windowCount(48, 9, 5)).toBe(9)
    expect(windowCount(4, 9, 3)).toBe(1)
  })
  it('of a linear model with window 1 is w·(x − value), channels together', async () => {
    for (const last of [false, true]) {
      const itemDims = last ? [2, 2, 2] : [2, 2, 2]
      const w = [1, 2, 3, 4, -1, -2, -3, -4]
      const model = modelFrom(linearModel([w], itemDims, last ? 2 : 0))
      const x = tensor([1, 2, 2, 2], Float32Array.of(1, 1, 1, 1, 2, 2, 2, 2))
      const { map } = await explain(
        'occlusion',
        { model, x, target: logit(), layer: null, seed: 0 },
        { window: 1, value: 0.5 },
      )
      const term = (i: number) => w[i] * (x.data[i] - 0.5)
      const expected = last
        ? [0, 1, 2, 3].map((q) => term(2 * q) + term(2 * q + 1))
        : [0, 1, 2, 3].map((q) => term(q) + term(q + 4))
      expect(map.dims).toEqual([1, 1, 2, 2])
      close(map.data, expected)
    }
  })
  it('averages or sums over clipped windows', async () => {
    const model = modelFrom(linearModel([[1, 10, 100, 1000, 10000]], [1, 5]))
    const input = { model, x: tensor([1, 1, 5], Float32Array.of(1, 1, 1, 1, 1)), target: logit(), layer: null, seed: 0 }
    // Windows of 2 at 0, 2, 4; the last holds one position.
    close((await explain('occlusion', input, { window: 2, stride: 2 })).map.data, [11, 11, 1100, 1100, 10000], 3)
    // Windows at 0, 1, 2, 3.
    close(
      (await explain('occlusion', input, { window: 2, aggregate: 'sum' })).map.data,
      [11, 121, 1210, 12100, 11000],
      2,
    )
  })
})

describe('RISE', () => {
  const w = [1, -2, 3, 0.5]
  const model = modelFrom({ ...linearModel([w], [1, 2, 2]), preferredBatch: 3 })
  const x = tensor([1, 1, 2, 2], Float32Array.of(1, 2, 3, 4))
  const input = { model, x, target: logit(), layer: null, seed: 3 }
  it('follows its formula for given masks', async () => {
    const m = [
      [1, 0, 0.5, 1],
      [0, 1, 1, 0.25],
      [1, 1, 0, 0],
    ]
    const draws = tensor([3, 2, 2], Float32Array.from(m.flat()))
    const { map } = await explain('rise', input, { draws, probability: 0.4 })
    const f = (mask: number[]) => mask.reduce((s, v, i) => s + v * w[i] * x.data[i], 0)
    close(
      map.data,
      [0, 1, 2, 3].map((q) => m.reduce((s, mask) => s + f(mask) * mask[q], 0) / (3 * 0.4)),
      4,
    )
  })
  it('draws masks whose mean is the probability', async () => {
    const one: HandwrittenModel = {
      itemDims: [1, 13, 9],
      channelAxis: 0,
      scoreCount: 1,
      scores: () => [1],
      gradient: () => [],
    }
    const { map } = await explain(
      'rise',
      { ...input, model: modelFrom(one), x: tensor([1, 1, 13, 9]) },
      { masks: 2000, cells: 4, probability: 0.3 },
    )
    // A constant score of 1: the map is the mean mask over the probability, 1 within sampling error.
    for (const v of map.data) expect(Math.abs(v - 1)).toBeLessThan(0.25)
  })
})

describe('class activation maps', () => {
  // One layer of two channels on 1×2 positions: f = Σ_k v_k (A_k0 + 3 A_k1)², A = x.
  const v = [1, -0.5]
  const hand: HandwrittenModel = {
    itemDims: [2, 1, 2],
    channelAxis: 0,
    scoreCount: 1,
    scores: () => [0],
    gradient: () => [],
    layer: {
      dims: [2, 1, 2],
      activation: (x) => x,
      scores: (a) => [v.reduce((s, w, k) => s + w * (a[2 * k] + 3 * a[2 * k + 1]) ** 2, 0)],
      gradient: (a) => v.flatMap((w, k) => [1, 3].map((u) => 2 * w * u * (a[2 * k] + 3 * a[2 * k + 1]))),
    },
  }
  const a = [1, 2, 0.5, 1]
  const g = [14, 42, -3.5, -10.5]
  const input = {
    model: modelFrom(hand),
    x: tensor([1, 2, 1, 2], Float32Array.from(a)),
    target: logit(),
    layer: null,
    seed: 0,
  }
  const raw = { upsample: 'none', relu: false }
  it.each([
    ['grad-cam', [28 * 1 - 7 * 0.5, 28 * 2 - 7 * 1]],
    ['hires-cam', [14 * 1 - 3.5 * 0.5, 42 * 2 - 10.5 * 1]],
    ['layer-cam', [14, 84]],
    ['xgrad-cam', [(98 / 3) * 1 + (-12.25 / 1.5) * 0.5, (98 / 3) * 2 - 12.25 / 1.5]],
    ['grad-cam-plus-plus', [1, 2].map((q) => q * [14, 42].reduce((s, h) => s + h ** 3 / (2 * h * h + h ** 3 * 3), 0))],
  ])('%s follows its formula', async (id, expected) => {
    const { map, scores } = await explain(id, input, raw)
    expect(map.dims).toEqual([1, 1, 1, 2])
    close(map.data, expected, 4)
    close(scores, [49 - 0.5 * 12.25])
    expect(g.length).toBe(4)
  })
  it('sets negative evidence to zero before resizing', async () => {
    const negative = { ...input, target: { ...logit(), negate: true } }
    const { map } = await explain('grad-cam', negative, {})
    close(map.data, [0, 0])
  })
})

describe('controls', () => {
  const model = modelFrom(linearModel([new Array(24).fill(0)], [2, 3, 4]))
  const x = tensor(
    [1, 2, 3, 4],
    Float32Array.from({ length: 24 }, (_, i) => (i % 4 >= 2 ? 1 : 0)),
  )
  const input = { model, x, target: logit(), layer: null, seed: 5 }
  it('random: uniform from the seed', async () => {
    const first = await explain('random', input)
    expect(first.map.dims).toEqual([1, 1, 3, 4])
    for (const v of first.map.data) expect(v > 0 && v < 1).toBe(true)
    expect((await explain('random', input)).map.data).toEqual(first.map.data)
    expect((await explain('random', { ...input, seed: 6 })).map.data).not.toEqual(first.map.data)
  })
  it('edges: a vertical step gives the same strength in both columns beside it', async () => {
    const { map } = await explain('edges', input)
    close([...map.data].slice(4, 8), [0, 4 / Math.SQRT2, 4 / Math.SQRT2, 0])
  })
  it('centre-prior: symmetric, highest in the middle; whole-image 1; intensity the channel mean', async () => {
    const prior = (await explain('centre-prior', input)).map.data
    close([prior[0]], [prior[11]])
    expect(prior[5]).toBeCloseTo(Math.exp(-0.5 * 0.25), 6)
    close((await explain('whole-image', input)).map.data, new Array(12).fill(1))
    close((await explain('intensity', input)).map.data, [...x.data].slice(0, 12))
  })
})

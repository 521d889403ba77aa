import { describe, expect, it } from 'vitest'
import { SaliscopeError } from '../shared/errors.ts'
import { tensor } from '../tensor/tensor.ts'
import { baselinesOf } from './baseline.ts'
import { linearModel, logit, modelFrom, quadraticModel, silentRun } from './handwritten-model.ts'
import { itemGeometry } from './item-geometry.ts'
import { parseParameters } from './parameters.ts'
import { pathNodes } from './path-rule.ts'
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

const c = [1, -2, 0.5, 3]
const quadratic = modelFrom(quadraticModel(c, [1, 2, 2]))
const x = tensor([2, 1, 2, 2], Float32Array.of(1, 2, -1, 0.5, 0, 1, 2, -3))
const input = { model: quadratic, x, target: logit(), layer: null, seed: 0 }
const squares = [...x.data].map((v, i) => c[i % 4] * v * v)

describe('path nodes', () => {
  it.each(['midpoint', 'gauss-legendre'] as const)('%s integrates straight lines exactly', (rule) => {
    const { alphas, weights } = pathNodes(rule, 7)
    expect(alphas.reduce((s, a, i) => s + weights[i] * (3 * a - 1), 0)).toBeCloseTo(0.5, 12)
  })
  it('Gauss–Legendre with n points integrates degree 2n−1 exactly', () => {
    for (const n of [1, 2, 5, 16]) {
      const { alphas, weights } = pathNodes('gauss-legendre', n)
      expect(alphas.reduce((s, a, i) => s + weights[i] * a ** (2 * n - 1), 0)).toBeCloseTo(1 / (2 * n), 12)
    }
  })
  it('left and right stand half a step beside the truth; inclusive takes both ends', () => {
    const mean = (rule: 'left' | 'right' | 'inclusive', n: number) =>
      pathNodes(rule, n).alphas.reduce((s, a) => s + a, 0) / n
    expect(mean('left', 4)).toBeCloseTo(0.5 - 1 / 8)
    expect(mean('right', 4)).toBeCloseTo(0.5 + 1 / 8)
    expect([...pathNodes('inclusive', 3).alphas]).toEqual([0, 0.5, 1])
    expect([...pathNodes('inclusive', 1).alphas]).toEqual([0])
  })
})

describe('gradient family', () => {
  it('gradient and input × gradient of a quadratic', async () => {
    const g = await explain('gradient', input)
    close(
      g.map.data,
      [...x.data].map((v, i) => 2 * c[i % 4] * v),
    )
    close(g.scores, [squares.slice(0, 4).reduce((a, b) => a + b), squares.slice(4).reduce((a, b) => a + b)])
    close(
      (await explain('input-x-gradient', input)).map.data,
      squares.map((s) => 2 * s),
    )
  })

  it('integrated gradients of a quadratic from 0 are c·x², whatever the batch size', async () => {
    for (const preferredBatch of [1, 3, 100]) {
      const model = modelFrom({ ...quadraticModel(c, [1, 2, 2]), preferredBatch })
      const { map, check } = await explain('integrated-gradients', { ...input, model }, { steps: 5 })
      close(map.data, squares)
      for (const gap of check?.values.gap ?? []) expect(Math.abs(gap ?? 1)).toBeLessThan(1e-5)
    }
  })

  it('takes every form of baseline', async () => {
    // From a baseline b: c(x² − b²) per value.
    const from = (b: (item: number, i: number) => number) =>
      [...x.data].map((v, i) => c[i % 4] * (v * v - b(Math.floor(i / 4), i % 4) ** 2))
    const range = [
      { minimum: -1, maximum: 2, mean: 0.625 },
      { minimum: -3, maximum: 2, mean: 0 },
    ]
    const cases: [unknown, number[]][] = [
      [0.5, from(() => 0.5)],
      ['minimum', from((n) => range[n].minimum)],
      ['maximum', from((n) => range[n].maximum)],
      ['mean', from((n) => range[n].mean)],
      [tensor([1, 2, 2], Float32Array.of(1, 2, 3, 4)), from((_, i) => i + 1)],
      [tensor([1, 1, 2, 2], Float32Array.of(1, 2, 3, 4)), from((_, i) => i + 1)],
    ]
    for (const [baseline, expected] of cases) {
      const { map } = await explain('integrated-gradients', input, { steps: 4, baseline })
      close(map.data, expected, 4)
    }
    const both = await explain('integrated-gradients', input, { steps: 4, baseline: 'black-white' })
    const black = from((n) => range[n].minimum)
    const white = from((n) => range[n].maximum)
    close(
      both.map.data,
      black.map((b, i) => (b + white[i]) / 2),
      4,
    )
  })

  it('rounds a point of the path once, not its baseline before it', () => {
    const geometry = itemGeometry({ itemDims: [1, 2, 2], channelAxis: 0 })
    const x = Float32Array.of(0.1, 0.2, 0.3, 0.7)
    for (const baseline of [0.4, 'mean', 'blur:1'] as const) {
      const [start] = baselinesOf(baseline, x, 0, 1, geometry)
      expect(start.some((v) => v !== Math.fround(v))).toBe(true)
    }
  })
  it('refuses a baseline of another shape', async () => {
    await expect(explain('integrated-gradients', input, { baseline: tensor([3]) })).rejects.toThrow(
      /array baseline has the shape \[3\], where \[1, 2, 2\]/,
    )
  })

  it('doubles the steps until the gap is below the tolerance', async () => {
    const { check } = await explain('integrated-gradients', input, { steps: 2, rule: 'left', tolerance: 0.02 })
    expect(check?.values.steps).toEqual([64, 64])
    for (const r of check?.values.relative ?? []) expect(Math.abs(r ?? 1)).toBeLessThan(0.02)
  })

  it('explains each item for its own target', async () => {
    const model = modelFrom(
      linearModel(
        [
          [1, 2],
          [5, -6],
        ],
        [2],
        null,
      ),
    )
    const { map } = await explain('gradient', {
      model,
      x: tensor([2, 2], Float32Array.of(1, 1, 1, 1)),
      target: logit([1, 0]),
      layer: null,
      seed: 0,
    })
    close(map.data, [5, -6, 1, 2])
  })

  it('stops between chunks when cancelled', async () => {
    const controller = new AbortController()
    const method = findMethod('integrated-gradients')
    const run = { signal: controller.signal, progress: (done: number) => done > 4 && controller.abort() }
    const work = method.run(input, parseParameters(method, { steps: 100 }), run)
    await expect(work).rejects.toSatisfy((e) => e instanceof SaliscopeError && e.code === 'cancelled')
  })
})

describe('SmoothGrad', () => {
  const draws = tensor(
    [3, 1, 2, 2],
    Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)),
  )
  const noisy = (n: number, k: number, i: number) => 2 * c[i] * (x.data[n * 4 + i] + Math.sin(k * 4 + i))
  const over = (f: (values: number[]) => number) =>
    [...x.data].map((_, j) => f([0, 1, 2].map((k) => noisy(Math.floor(j / 4), k, j % 4))))
  const mean = (v: number[]) => v.reduce((a, b) => a + b, 0) / v.length
  it.each([
    ['mean', over(mean)],
    ['square', over((v) => mean(v.map((a) => a * a)))],
    ['variance', over((v) => mean(v.map((a) => a * a)) - mean(v) ** 2)],
  ] as const)('%s over given draws', async (variant, expected) => {
    close((await explain('smoothgrad', input, { variant, draws })).map.data, expected, 4)
  })

  it('gives the same map whatever the batch size, and another for another seed', async () => {
    const maps = await Promise.all(
      [1, 7].map((preferredBatch) =>
        explain(
          'smoothgrad',
          { ...input, model: modelFrom({ ...quadraticModel(c, [1, 2, 2]), preferredBatch }) },
          { samples: 9 },
        ),
      ),
    )
    expect(maps[0].map.data).toEqual(maps[1].map.data)
    const other = await explain('smoothgrad', { ...input, seed: 1 }, { samples: 9 })
    expect(other.map.data).not.toEqual(maps[0].map.data)
  })

  it('wraps a method with parameters of its own', async () => {
    const { map } = await explain('smoothgrad', input, {
      of: 'integrated-gradients',
      'of.steps': 3,
      'of.baseline': 'minimum',
      draws,
    })
    const copies = [0, 1, 2].map((k) => [...x.data].map((v, j) => v + Math.sin(k * 4 + (j % 4))))
    const expected = [...x.data].map((_, j) =>
      mean(
        copies.map((copy) => c[j % 4] * (copy[j] ** 2 - Math.min(...copy.slice(j - (j % 4), j - (j % 4) + 4)) ** 2)),
      ),
    )
    close(map.data, expected, 4)
  })

  it('refuses an unknown inner method and an unknown inner parameter', async () => {
    await expect(explain('smoothgrad', input, { of: 'rise' })).rejects.toThrow(
      /cannot take "rise" for of; it takes gradient,/,
    )
    await expect(explain('smoothgrad', input, { 'of.steps': 2 })).rejects.toThrow(/gradient has no parameter steps/)
  })
})

import { describe, expect, it } from 'vitest'
import { counterRandom } from '../tensor/random.ts'
import { tensor } from '../tensor/tensor.ts'
import { logit, modelFrom, quadraticModel, silentRun } from './handwritten-model.ts'
import { type Estimate, Moments } from './moments.ts'
import { parseParameters } from './parameters.ts'
import { findMethod } from './registry.ts'

/** `runs` estimates from `n` normal samples of mean 2 and deviation 0.7 each, with what each says of its own error. */
function repeated(estimate: Estimate, n: number, runs: number) {
  const random = counterRandom(5)
  const draws = new Float64Array(n)
  const found: number[] = []
  const errors: number[] = []
  for (let r = 0; r < runs; r++) {
    random.fillNormal(0, r, draws)
    const moments = new Moments(1, estimate)
    for (const d of draws) moments.add([2 + 0.7 * d])
    const into = new Float32Array(1)
    moments.write(into)
    found.push(into[0])
    errors.push(moments.standardError() ?? Number.NaN)
  }
  const mean = found.reduce((s, v) => s + v, 0) / runs
  const deviation = Math.sqrt(found.reduce((s, v) => s + (v - mean) ** 2, 0) / (runs - 1))
  return { mean, deviation, error: errors.reduce((s, v) => s + v, 0) / runs }
}

describe('the standard error', () => {
  it.each([
    ['mean', 2],
    ['square', 4.49],
    ['variance', 0.49],
  ] as const)('of the %s is how far repeated runs scatter', (estimate, truth) => {
    const { mean, deviation, error } = repeated(estimate, 200, 400)
    expect(Math.abs(mean / truth - 1)).toBeLessThan(0.02)
    expect(Math.abs(error / deviation - 1)).toBeLessThan(0.12)
  })

  it('is unknown from one sample', () => {
    const moments = new Moments(2, 'mean')
    moments.add([1, 2])
    expect(moments.standardError()).toBeNull()
  })

  const model = modelFrom(quadraticModel([1, -2, 0.5, 3], [1, 2, 2]))
  const x = tensor([1, 1, 2, 2], Float32Array.of(1, 2, -1, 0.5))
  const explain = (id: string, flat: Record<string, unknown>) => {
    const method = findMethod(id)
    const input = { model, x, target: logit(), layer: null, seed: 3 }
    return method.run(input, parseParameters(method, flat), silentRun)
  }

  it.each([
    ['smoothgrad', { samples: 100 }, { samples: 1600 }],
    ['smoothgrad', { samples: 100, variant: 'square' }, { samples: 1600, variant: 'square' }],
    ['smoothgrad', { samples: 100, variant: 'variance' }, { samples: 1600, variant: 'variance' }],
    ['rise', { masks: 100, cells: 2 }, { masks: 1600, cells: 2 }],
  ])('of %s %j falls to a quarter with sixteen times as many', async (id, few, many) => {
    const [a, b] = await Promise.all([explain(id, few), explain(id, many)])
    const errorOf = (check: typeof a.check) => check?.values.mean[0] ?? Number.NaN
    const fall = errorOf(a.check) / errorOf(b.check)
    expect(fall).toBeGreaterThan(3)
    expect(fall).toBeLessThan(5.3)
  })
})

describe('integrated gradients with a tolerance', () => {
  // f = Σ c·x⁴: no rule with few steps is exact.
  const model = modelFrom({
    itemDims: [1, 1, 2],
    channelAxis: 0,
    scoreCount: 1,
    scores: (v) => [v[0] ** 4 + 2 * v[1] ** 4],
    gradient: (v) => [4 * v[0] ** 3, 8 * v[1] ** 3],
  })
  const x = tensor([1, 1, 1, 2], Float32Array.of(1, 2))
  const run = (flat: Record<string, unknown>) => {
    const method = findMethod('integrated-gradients')
    return method.run({ model, x, target: logit(), layer: null, seed: 0 }, parseParameters(method, flat), silentRun)
  }

  it('doubles its steps until the gap is below', async () => {
    const { check, warnings } = await run({ steps: 2, tolerance: 0.001 })
    expect(Math.abs(check?.values.relative[0] ?? 1)).toBeLessThan(0.001)
    expect(check?.values.steps[0]).toBeGreaterThan(2)
    expect(warnings).toEqual([])
  })

  it('says when it may double no further', async () => {
    const { check, warnings } = await run({ steps: 2, tolerance: 1e-4, maximumSteps: 8 })
    expect(check?.values.steps).toEqual([8])
    expect(warnings).toEqual([expect.stringMatching(/stayed above 0.0001 of the score difference with up to 8 steps/)])
  })
})

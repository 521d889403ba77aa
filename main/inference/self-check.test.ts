import { expect, it } from 'vitest'
import { type Tensor, tensor } from '../tensor/tensor.ts'
import { selfCheck } from './self-check.ts'

/** A model of one score f(w·x) on four values, whose gradient is told wrong by a factor. */
function oneScore(f: (z: number) => number, slope: (z: number) => number, factor = 1) {
  const weights = [0.5, -1, 2, 0.25]
  const dot = (x: Tensor, n: number) => weights.reduce((sum, w, k) => sum + w * x.data[n * 4 + k], 0)
  const explained = async (x: Tensor) => Float64Array.from({ length: x.dims[0] }, (_, n) => Math.fround(f(dot(x, n))))
  return {
    input: { name: 'x', itemDims: [4], channelAxis: null, spatialAxes: [] },
    explained,
    async gradient(x: Tensor) {
      const rows = Array.from({ length: x.dims[0] }, (_, n) => weights.map((w) => factor * w * slope(dot(x, n))))
      return { scores: await explained(x), gradient: tensor(x.dims, Float32Array.from(rows.flat())) }
    },
  }
}

const target = { index: 0, output: 'logit', negate: false } as const

it('accepts a gradient that is right, however bent the score', async () => {
  const bent = await selfCheck(
    oneScore(
      (z) => Math.sin(40 * z),
      (z) => 40 * Math.cos(40 * z),
    ),
    target,
  )
  expect(bent).toMatchObject({ passed: true, message: '' })
  expect(bent.difference).toBeLessThan(0.05)
  expect(bent.positions).toHaveLength(3)
})

it('refuses a gradient that is a tenth too large', async () => {
  const wrong = await selfCheck(
    oneScore(
      (z) => z * z,
      (z) => 2 * z,
      1.1,
    ),
    target,
  )
  expect(wrong.passed).toBe(false)
  expect(wrong.message).toMatch(/differs by 9 %/)
})

it('claims nothing where the score moves by rounding only', async () => {
  const flat = await selfCheck(
    oneScore(
      (z) => 1000 + 1e-9 * z,
      () => 1e-9,
    ),
    target,
  )
  expect(flat).toMatchObject({ difference: null, passed: true })
  expect(flat.message).toMatch(/could not be checked/)
})

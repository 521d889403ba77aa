import { expect, it } from 'vitest'
import { type Sketch, sketch } from '../../../test/fixtures/onnx-sketch.ts'
import { openModel } from '../../inference/open-model.ts'
import { tensor } from '../../tensor/tensor.ts'

const weights = [1, 2, 3, 4, 5, 6]
const dims = [1, weights.length]

/** Multipliers of Σ weight·y, y made from x by `nodes`, between two inputs. */
async function multipliersOf(nodes: Sketch['nodes'], x: readonly number[], x0: readonly number[]) {
  const opened = await openModel(
    sketch({
      inputs: { x: dims },
      constants: {
        zero: ['float', [], [0]],
        tenth: ['float', [], [0.1]],
        half: ['float', [], [0.5]],
        axes: ['int64', [1], [1]],
        ones: ['float', dims, weights.map(() => 1)],
        w: ['float', [weights.length, 1], weights],
      },
      nodes: [...nodes, ['MatMul', ['y', 'w'], ['score']]],
      outputs: ['score'],
    }),
    { threads: 1 },
  )
  try {
    const target = { index: 0, output: 'logit', negate: false } as const
    const given = [x, x0].map((values) => tensor(dims, Float32Array.from(values)))
    return [...(await opened.study.multipliers(given[0], given[1], target, 'rescale')).multipliers.data]
  } finally {
    await opened.close()
  }
}

/** Weight·Δf/Δx at every place. */
async function expectRatios(nodes: Sketch['nodes'], f: (v: number) => number, x: number[], x0: number[]) {
  const found = await multipliersOf(nodes, x, x0)
  x.forEach((v, i) => {
    expect(found[i]).toBeCloseTo((weights[i] * (f(v) - f(x0[i]))) / (v - x0[i]), 5)
  })
}

it('multiplies by Δy/Δx through activations written as a choice between pieces', () =>
  expectRatios(
    [
      ['Greater', ['x', 'zero'], ['rises']],
      ['Mul', ['x', 'tenth'], ['slow']],
      ['Where', ['rises', 'x', 'slow'], ['leaky']],
      ['Abs', ['leaky'], ['size']],
      ['LessOrEqual', ['size', 'half'], ['small']],
      ['Where', ['small', 'zero', 'leaky'], ['y']],
    ],
    (v) => {
      const leaky = v > 0 ? v : v / 10
      return Math.abs(leaky) <= 0.5 ? 0 : leaky
    },
    [2, -9, 0.3, 1, -2, -0.4],
    [-8, 3, 0.1, 0.2, -7, -12],
  ))

it('adds up through steps, as Softshrink written with the sign has them', () =>
  expectRatios(
    [
      ['Abs', ['x'], ['size']],
      ['Greater', ['size', 'half'], ['large']],
      ['Sign', ['x'], ['sign']],
      ['Mul', ['sign', 'half'], ['step']],
      ['Sub', ['x', 'step'], ['less']],
      ['Mul', ['x', 'zero'], ['nothing']],
      ['Where', ['large', 'less', 'nothing'], ['y']],
    ],
    (v) => (Math.abs(v) > 0.5 ? v - 0.5 * Math.sign(v) : 0),
    [2, -0.9, 0.3, 1, -2, 0.4],
    [-3, 0.2, -0.1, -0.2, -0.7, -1.2],
  ))

it('multiplies by Δy/Δx through a rectifier, and by its slope where the two runs meet or nearly do', async () => {
  const [x, x0] = [
    [2, -2, 3, 1 + 2 ** -22, -1, 0],
    [5, -1, -1, 1, -1, 0],
  ]
  const found = await multipliersOf([['Relu', ['x'], ['y']]], x, x0)
  ;[1, 0, 0.75, 1, 0, 0].forEach((slope, i) => {
    expect(found[i]).toBeCloseTo(slope * weights[i], 5)
  })
})

it.each(['ReduceMin', 'ReduceMax'])('%s adds up where the winner of one run does not move', async (opType) => {
  // The fourth value is the extremum of x; it is the same in x₀, where the second beats it.
  const sign = opType === 'ReduceMin' ? 1 : -1
  const x = [5, 4, 6, 1, 7, 8].map((v) => sign * v)
  const x0 = [5, -2, 6, 1, 9, 8].map((v) => sign * v)
  const multipliers = await multipliersOf(
    [
      [opType, ['x', 'axes'], ['extreme']],
      ['Mul', ['ones', 'extreme'], ['y']],
    ],
    x,
    x0,
  )
  const sum = multipliers.reduce((total, m, i) => total + m * (x[i] - x0[i]), 0)
  expect(sum).toBeCloseTo(21 * sign * (1 - -2), 3)
})

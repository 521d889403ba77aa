import { expect, it } from 'vitest'
import { sketch } from '../../../test/fixtures/onnx-sketch.ts'
import { openModel } from '../../inference/open-model.ts'
import { tensor } from '../../tensor/tensor.ts'

it('multiplies by Δy/Δx through activations written as a choice between pieces', async () => {
  const dims = [1, 6]
  const model = sketch({
    inputs: { x: dims },
    constants: {
      zero: ['float', [], [0]],
      tenth: ['float', [], [0.1]],
      half: ['float', [], [0.5]],
      w: ['float', [6, 1], [1, 2, 3, 4, 5, 6]],
    },
    nodes: [
      ['Greater', ['x', 'zero'], ['rises']],
      ['Mul', ['x', 'tenth'], ['slow']],
      ['Where', ['rises', 'x', 'slow'], ['leaky']],
      ['Abs', ['leaky'], ['size']],
      ['LessOrEqual', ['size', 'half'], ['small']],
      ['Where', ['small', 'zero', 'leaky'], ['shrunk']],
      ['MatMul', ['shrunk', 'w'], ['y']],
    ],
    outputs: ['y'],
  })
  const x = [2, -9, 0.3, 1, -2, -0.4]
  const x0 = [-8, 3, 0.1, 0.2, -7, -12]
  const f = (v: number): number => {
    const leaky = v > 0 ? v : v / 10
    return Math.abs(leaky) <= 0.5 ? 0 : leaky
  }
  const opened = await openModel(model, { threads: 1 })
  try {
    const target = { index: 0, output: 'logit', negate: false } as const
    const given = [x, x0].map((values) => tensor(dims, Float32Array.from(values)))
    const { multipliers } = await opened.study.multipliers(given[0], given[1], target, 'rescale')
    x.forEach((v, i) => {
      expect(multipliers.data[i]).toBeCloseTo(((i + 1) * (f(v) - f(x0[i]))) / (v - x0[i]), 5)
    })
  } finally {
    await opened.close()
  }
})

it('adds up through steps, as Softshrink written with the sign has them', async () => {
  const dims = [1, 6]
  const model = sketch({
    inputs: { x: dims },
    constants: {
      zero: ['float', [], [0]],
      half: ['float', [], [0.5]],
      w: ['float', [6, 1], [1, 2, 3, 4, 5, 6]],
    },
    nodes: [
      ['Abs', ['x'], ['size']],
      ['Greater', ['size', 'half'], ['large']],
      ['Sign', ['x'], ['sign']],
      ['Mul', ['sign', 'half'], ['step']],
      ['Sub', ['x', 'step'], ['less']],
      ['Mul', ['x', 'zero'], ['nothing']],
      ['Where', ['large', 'less', 'nothing'], ['shrunk']],
      ['MatMul', ['shrunk', 'w'], ['y']],
    ],
    outputs: ['y'],
  })
  const x = [2, -0.9, 0.3, 1, -2, 0.4]
  const x0 = [-3, 0.2, -0.1, -0.2, -0.7, -1.2]
  const f = (v: number): number => (Math.abs(v) > 0.5 ? v - 0.5 * Math.sign(v) : 0)
  const opened = await openModel(model, { threads: 1 })
  try {
    const target = { index: 0, output: 'logit', negate: false } as const
    const given = [x, x0].map((values) => tensor(dims, Float32Array.from(values)))
    const { multipliers } = await opened.study.multipliers(given[0], given[1], target, 'rescale')
    x.forEach((v, i) => {
      expect(multipliers.data[i]).toBeCloseTo(((i + 1) * (f(v) - f(x0[i]))) / (v - x0[i]), 5)
    })
  } finally {
    await opened.close()
  }
})

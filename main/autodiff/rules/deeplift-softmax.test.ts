import { describe, expect, it } from 'vitest'
import { noise, sketch } from '../../../test/fixtures/onnx-sketch.ts'
import { openModel } from '../../inference/open-model.ts'
import { tensor } from '../../tensor/tensor.ts'

const dims = [1, 6, 4]
const target = { index: 1, output: 'logit', negate: false } as const

/** Σ of what is attributed, and the difference of the scores that it should be. */
async function attributed(operator: 'Softmax' | 'LogSoftmax', factor: number) {
  const opened = await openModel(
    sketch({
      inputs: { x: dims },
      constants: {
        factor: ['float', [], [factor]],
        wq: ['float', [4, 4], noise([4, 4], 2)],
        wv: ['float', [4, 3], noise([4, 3], 3)],
        axis: ['int64', [1], [1]],
      },
      nodes: [
        ['MatMul', ['x', 'wq'], ['q']],
        ['Transpose', ['x'], ['k'], { perm: { kind: 'ints', value: [0, 2, 1] } }],
        ['MatMul', ['q', 'k'], ['qk']],
        ['Mul', ['qk', 'factor'], ['logits']],
        [operator, ['logits'], ['a'], { axis: { kind: 'int', value: -1 } }],
        ['MatMul', ['x', 'wv'], ['v']],
        ['MatMul', ['a', 'v'], ['o']],
        ['ReduceMean', ['o', 'axis'], ['y'], { keepdims: { kind: 'int', value: 0 } }],
      ],
      outputs: ['y'],
    }),
    { threads: 1 },
  )
  try {
    const x = tensor(dims, Float32Array.from(noise(dims, 3)))
    const reference = tensor(dims, Float32Array.from(noise(dims, 1.7)).reverse())
    const { scores, referenceScores, multipliers } = await opened.study.multipliers(x, reference, target, 'rescale')
    const sum = multipliers.data.reduce((s, m, i) => s + m * (x.data[i] - reference.data[i]), 0)
    return { sum, difference: scores[0] - referenceScores[0] }
  } finally {
    await opened.close()
  }
}

describe.each(['Softmax', 'LogSoftmax'] as const)('DeepLIFT through %s', (operator) => {
  it.each([1, 20, 100, 1000])(
    'adds up to the difference of the scores where logits are %d times as far apart',
    async (factor) => {
      const { sum, difference } = await attributed(operator, factor)
      expect(Math.abs(difference)).toBeGreaterThan(1e-2)
      expect(Math.abs(sum - difference) / Math.abs(difference)).toBeLessThan(1e-4)
    },
  )
})

import { expect, it } from 'vitest'
import { noise, sketch } from '../../test/fixtures/onnx-sketch.ts'
import { ints } from '../graph/attributes.ts'
import { openModel } from '../inference/open-model.ts'
import { selfCheck } from '../inference/self-check.ts'
import { tensor } from '../tensor/tensor.ts'

const target = { index: 1, output: 'logit', negate: false } as const

it('a network that mixes its kernels from the image has a gradient, and DeepLIFT that adds up', async () => {
  const opened = await openModel(
    sketch({
      inputs: { x: [1, 2, 6, 5] },
      constants: {
        experts: ['float', [2, 54], noise([2, 54], 3)],
        kernel: ['int64', [4], [3, 2, 3, 3]],
        row: ['int64', [2], [1, 2]],
      },
      nodes: [
        ['GlobalAveragePool', ['x'], ['mean']],
        ['Reshape', ['mean', 'row'], ['routing']],
        ['MatMul', ['routing', 'experts'], ['mixed']],
        ['Reshape', ['mixed', 'kernel'], ['w']],
        ['Conv', ['x', 'w'], ['c'], { pads: ints([1, 1, 1, 1]), strides: ints([2, 2]) }],
        ['Relu', ['c'], ['r']],
        ['GlobalAveragePool', ['r'], ['g']],
        ['Flatten', ['g'], ['y']],
      ],
      outputs: ['y'],
    }),
    { threads: 1 },
  )
  try {
    const { study } = opened
    expect((await selfCheck(study, target)).passed).toBe(true)
    const dims = [1, 2, 6, 5]
    const x = tensor(dims, Float32Array.from(noise(dims, 5)))
    const reference = tensor(dims, Float32Array.from(noise(dims, 6)))
    const { scores, referenceScores, multipliers } = await study.multipliers(x, reference, target, 'rescale')
    const sum = multipliers.data.reduce((s, m, i) => s + m * (x.data[i] - reference.data[i]), 0)
    expect(sum).toBeCloseTo(scores[0] - referenceScores[0], 5)
    expect(Math.abs(sum)).toBeGreaterThan(1e-3)
  } finally {
    await opened.close()
  }
})

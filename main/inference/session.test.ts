import { describe, expect, it } from 'vitest'
import { sketch } from '../../test/fixtures/onnx-sketch.ts'
import { ints } from '../graph/attributes.ts'
import { tensor } from '../tensor/tensor.ts'
import { openModel } from './open-model.ts'

describe('what ONNX Runtime makes of a graph', () => {
  it('keeps the zeros that a Pad puts around negative values before a MaxPool', async () => {
    const model = sketch({
      inputs: { x: [1, 1, 2, 2] },
      constants: { pads: ['int64', [8], [0, 0, 1, 1, 0, 0, 1, 1]], zero: ['float', [], [0]] },
      nodes: [
        ['Pad', ['x', 'pads', 'zero'], ['p']],
        ['MaxPool', ['p'], ['m'], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) }],
        ['Flatten', ['m'], ['y']],
      ],
      outputs: ['y'],
    })
    const opened = await openModel(model, { threads: 1 })
    try {
      const scores = await opened.study.scores(tensor([1, 1, 2, 2], Float32Array.of(-1, -2, -3, -4)), 'logit')
      expect([...scores.data]).toEqual([0, 0, 0, 0])
    } finally {
      await opened.close()
    }
  })
})

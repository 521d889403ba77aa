import { describe, expect, it } from 'vitest'
import { sketch } from '../../test/fixtures/onnx-sketch.ts'
import { tensor } from '../tensor/tensor.ts'
import { openModel } from './open-model.ts'

describe('numbers that are not finite', () => {
  it('are told apart: a backward pass that overflows is not the model’s fault', async () => {
    const model = sketch({
      inputs: { x: [1, 2] },
      constants: { w: ['float', [2, 1], [1e34, -1e34]], h: ['float', [1, 2], [1, 2]] },
      nodes: [
        ['MatMul', ['x', 'w'], ['z']],
        ['Sigmoid', ['z'], ['s']],
        ['MatMul', ['s', 'h'], ['y']],
      ],
      outputs: ['y'],
    })
    const opened = await openModel(model, { threads: 1 })
    const x = tensor([1, 2], Float32Array.of(1, 1))
    const target = { index: 1, output: 'logit', negate: false } as const
    const options = { composite: 'epsilon', epsilon: 1e-6, gamma: 0.25, low: null, high: null }
    try {
      await expect(opened.study.relevance(x, target, options)).rejects.toThrow(/scores are finite.*larger epsilon/)
      expect(Number.isFinite((await opened.study.explained(x, target))[0])).toBe(true)
    } finally {
      await opened.close()
    }
  })
})

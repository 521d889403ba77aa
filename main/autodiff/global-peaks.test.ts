import { expect, it } from 'vitest'
import { runModel, sketch } from '../../test/fixtures/onnx-sketch.ts'
import { buildGradient } from './gradient.ts'

const dims = [1, 3, 2, 2]
const values = Float32Array.of(0, 0, 0, 0, -1, 4, 4, 2, 7, 1, 1, 9)

it('gives all of a global maximum to the first of several equal positions, as torch does', async () => {
  const model = sketch({ inputs: { x: dims }, nodes: [['GlobalMaxPool', ['x'], ['y']]], outputs: ['y'] })
  const shapes = new Map([
    ['x', { type: 'float' as const, dims }],
    ['y', { type: 'float' as const, dims: [1, 3, 1, 1] }],
  ])
  const built = buildGradient(model, shapes, { source: 'x', scoreTensor: 'y', rule: 'plain' })
  const seed = [[1, 3, 1, 1], Float32Array.of(10, 20, 30)] as const
  const found = await runModel(built.model, { x: [dims, values], [built.names.seed]: seed })
  expect([...found[built.names.gradient].data]).toEqual([10, 0, 0, 0, 0, 20, 0, 0, 0, 0, 0, 30])
})

import { expect, it } from 'vitest'
import { noise, runModel, sketch } from '../../test/fixtures/onnx-sketch.ts'
import { int, ints } from '../graph/attributes.ts'
import { buildGradient } from './gradient.ts'

it('carries a gradient through TopK whose indices the model leaves out', async () => {
  const model = sketch({
    inputs: { x: [1, 4] },
    constants: { k: ['int64', [1], [2]] },
    nodes: [['TopK', ['x', 'k'], ['y', ''], { axis: int(1) }]],
    outputs: ['y'],
  })
  const shapes = new Map([
    ['x', { type: 'float' as const, dims: [1, 4] }],
    ['k', { type: 'int64' as const, dims: [1] }],
    ['y', { type: 'float' as const, dims: [1, 2] }],
  ])
  const built = buildGradient(model, shapes, { source: 'x', scoreTensor: 'y', rule: 'plain' })
  const feeds = {
    x: [[1, 4], Float32Array.of(3, -1, 7, 5)],
    [built.names.seed]: [[1, 2], Float32Array.of(10, 20)],
  } as const
  const found = await runModel(built.model, feeds)
  expect([...found[built.names.gradient].data]).toEqual([0, 0, 10, 20])
})

it('carries a gradient through a max pool that would count its indices column by column', async () => {
  const dims = [1, 1, 4, 4]
  const pool = (order: number) =>
    sketch({
      inputs: { x: dims },
      nodes: [
        ['MaxPool', ['x'], ['y'], { kernel_shape: ints([2, 2]), strides: ints([2, 2]), storage_order: int(order) }],
      ],
      outputs: ['y'],
    })
  const shapes = new Map([
    ['x', { type: 'float' as const, dims }],
    ['y', { type: 'float' as const, dims: [1, 1, 2, 2] }],
  ])
  const gradients = [0, 1].map(async (order) => {
    const built = buildGradient(pool(order), shapes, { source: 'x', scoreTensor: 'y', rule: 'plain' })
    const feeds = { x: [dims, noise(dims)], [built.names.seed]: [[1, 1, 2, 2], Float32Array.of(1, 2, 3, 4)] } as const
    return [...(await runModel(built.model, feeds))[built.names.gradient].data]
  })
  const [rows, columns] = await Promise.all(gradients)
  expect(columns).toEqual(rows)
  expect(rows.reduce((a, b) => a + b, 0)).toBe(10)
})

import { expect, it } from 'vitest'
import { difference, noise, runModel, sketch } from '../../../test/fixtures/onnx-sketch.ts'
import { string } from '../attributes.ts'
import { prepare } from '../prepare.ts'

/** 36 · 0.58333331 is 21 in single precision and 20.99… in double. */
const scale = 0.5833333134651184
const image = [1, 2, 3, 36]

function resizing(sizes: readonly (number | string)[]) {
  return sketch({
    inputs: { x: sizes },
    constants: { k: ['float', [4], [1, 1, 1.5, scale]], n: ['int64', [4], [1, 2, 4, 21]] },
    nodes: [
      ['Resize', ['x', '', 'k'], ['r'], { mode: string('linear') }],
      ['Reshape', ['r', 'n'], ['s']],
      ['Shape', ['r'], ['d']],
      ['Reshape', ['s', 'd'], ['t']],
      ['Add', ['r', 't'], ['y']],
    ],
    outputs: ['y'],
  })
}

it('a scale whose size hangs on rounding gives the size of the kernel, fixed or free', async () => {
  const free = resizing(['N', 'C', 'H', 'W'])
  const prepared = prepare(free, { x: image })
  expect(prepared.shapes.get('y')?.dims).toEqual([1, 2, 4, 21])
  const feeds = { x: [image, noise(image)] } as const
  const [before, after] = [await runModel(free, feeds), await runModel(prepared.model, feeds)]
  expect(after['y'].dims).toEqual([1, 2, 4, 21])
  expect(difference(after['y'], before['y'])).toBeLessThan(1e-5)
  expect(prepared.model.repairs.join()).toContain('last digit')
})

it('other scales stay', () => {
  const model = sketch({
    inputs: { x: image },
    constants: { k: ['float', [4], [1, 1, 1.5, 0.3]] },
    nodes: [['Resize', ['x', '', 'k'], ['y']]],
    outputs: ['y'],
  })
  const prepared = prepare(model, { x: image })
  expect(prepared.model.graph.initializers.has('k')).toBe(true)
  expect(prepared.shapes.get('y')?.dims).toEqual([1, 2, 4, 10])
})

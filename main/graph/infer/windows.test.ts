import { describe, expect, it } from 'vitest'
import { noise, runModel, sketch } from '../../../test/fixtures/onnx-sketch.ts'
import { ints } from '../attributes.ts'
import { analyse } from './analyse.ts'

const pooled = { kernel_shape: ints([2, 3]), strides: ints([2, 3]), pads: ints([0, 1, 0, 0]) }

describe('the size of what MaxUnpool gives', () => {
  it.each([
    ['is told by the window', undefined],
    ['is the one asked for', [1, 2, 5, 9]],
  ])('%s', async (_, size) => {
    const model = sketch({
      inputs: { x: [1, 2, 4, 8] },
      constants: size ? { size: ['int64', [4], size] } : {},
      nodes: [
        ['MaxPool', ['x'], ['p', 'winners'], pooled],
        ['MaxUnpool', size ? ['p', 'winners', 'size'] : ['p', 'winners'], ['y'], pooled],
      ],
      outputs: ['y'],
    })
    const { y } = await runModel(model, { x: [[1, 2, 4, 8], noise([1, 2, 4, 8])] })
    expect(analyse(model).shapes.get('y')?.dims).toEqual(y.dims)
  })
})

import { afterAll, expect, it } from 'vitest'
import { noise, sketch } from '../../test/fixtures/onnx-sketch.ts'
import { ints } from '../graph/attributes.ts'
import { candidateLayers } from './layers.ts'
import { type OpenedModel, openModel } from './open-model.ts'

const opened: OpenedModel[] = []
afterAll(async () => {
  for (const model of opened) await model.close()
})

it('takes no tensor between the reshapes of a group norm for a layer of the image', async () => {
  const model = await openModel(
    sketch({
      inputs: { x: [1, 1, 6, 6] },
      constants: {
        w: ['float', [4, 1, 3, 3], noise([4, 1, 3, 3])],
        groups: ['int64', [3], [0, 2, -1]],
        back: ['int64', [4], [1, 4, 6, 6]],
        ones: ['float', [2], [1, 1]],
        zeros: ['float', [2], [0, 0]],
        head: ['float', [4, 3], noise([4, 3])],
      },
      nodes: [
        ['Conv', ['x', 'w'], ['conv'], { pads: ints([1, 1, 1, 1]) }],
        ['Relu', ['conv'], ['relu']],
        ['GlobalAveragePool', ['relu'], ['pooled']],
        ['Reshape', ['relu', 'groups'], ['cells']],
        ['InstanceNormalization', ['cells', 'ones', 'zeros'], ['normed']],
        ['Reshape', ['normed', 'back'], ['image']],
        ['ReduceMax', ['image'], ['most'], { axes: ints([2, 3]) }],
        ['Flatten', ['pooled'], ['flat']],
        ['Add', ['flat', 'most'], ['features']],
        ['MatMul', ['features', 'head'], ['y']],
      ],
      outputs: ['y'],
    }),
  )
  opened.push(model)
  const layers = candidateLayers(model.engine.prepared)
  expect(layers.map(({ name }) => name)).not.toContain('normed')
  expect(layers.every(({ dims }) => dims.length === 3)).toBe(true)
  expect(layers.length).toBeGreaterThan(1)
})

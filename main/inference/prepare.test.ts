import { describe, expect, it } from 'vitest'
import { noise, sketch } from '../../test/fixtures/onnx-sketch.ts'
import { int } from '../graph/attributes.ts'
import { tensor } from '../tensor/tensor.ts'
import { openModel } from './open-model.ts'
import { prepare } from './prepare.ts'

const options = {
  settings: { provider: 'cpu', threads: 1, optimisation: 'basic', arena: true },
  itemDims: null,
  probability: null,
} as const

/** (image − mean) ÷ deviation, where mean and deviation have become inputs. */
const normalising = sketch({
  inputs: { image: [1, 3, 8, 8], mean: [1, 3, 1, 1], deviation: [1, 3, 1, 1] },
  nodes: [
    ['Sub', ['image', 'mean'], ['centred']],
    ['Div', ['centred', 'deviation'], ['y']],
  ],
  outputs: ['y'],
})

describe('a model with further inputs', () => {
  it('is refused with their names, and with the way round where a converter of TensorFlow wrote it', async () => {
    const refusal = await prepare({ ...normalising, producer: 'tf2onnx' }, options).catch((error: Error) => error)
    expect(refusal).toMatchObject({ code: 'inference.input', detail: { inputs: 3, producer: 'tf2onnx' } })
    expect((refusal as Error).message).toMatch(/3 inputs \(image, mean, deviation\).*Normalization layer.*SavedModel/)
  })

  it('is refused without that advice where another program wrote it', async () => {
    const refusal = await prepare({ ...normalising, producer: 'pytorch' }, options).catch((error: Error) => error)
    expect((refusal as Error).message).toMatch(/3 inputs \(image, mean, deviation\); networks with one image input/)
    expect((refusal as Error).message).not.toMatch(/SavedModel/)
  })
})

describe('a model that ends in LogSoftmax', () => {
  it('has probabilities, not their logarithms, as scores of that kind', async () => {
    const model = sketch({
      inputs: { x: [1, 4] },
      constants: { w: ['float', [4, 3], noise([4, 3])] },
      nodes: [
        ['MatMul', ['x', 'w'], ['logits']],
        ['LogSoftmax', ['logits'], ['y'], { axis: int(1) }],
      ],
      outputs: ['y'],
    })
    const opened = await openModel(model, { threads: 1 })
    try {
      const x = tensor([1, 4], Float32Array.of(0.5, -1, 2, 1))
      const target = { index: 1, output: 'probability', negate: false } as const
      const [kept, plain] = await Promise.all([
        opened.study.gradient(x, target),
        opened.study.gradient(x, { ...target, output: 'logit' }),
      ])
      const p = (await opened.study.scores(x, 'probability')).data
      expect(kept.scores[0]).toBeCloseTo(p[1], 6)
      expect(p.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6)
      expect(plain.scores[0]).not.toBeCloseTo(p[1], 2)
    } finally {
      await opened.close()
    }
  })
})

describe('a model with several outputs', () => {
  const classifier = sketch({
    inputs: { x: [1, 4] },
    constants: { w: ['float', [4, 3], noise([4, 3])] },
    nodes: [
      ['MatMul', ['x', 'w'], ['scores']],
      ['ArgMax', ['scores'], ['label'], { axis: int(1), keepdims: int(0) }],
    ],
    outputs: ['label', 'scores'],
  })
  const { graph } = classifier
  const outputs = [{ ...graph.outputs[0], type: 'int64' as const }, graph.outputs[1]]

  it('has its scores in the first of real numbers, and says so where another stands before it', async () => {
    const found = await prepare({ ...classifier, graph: { ...graph, outputs } }, options)
    expect(found.scoreCount).toBe(3)
    expect(found.warnings).toEqual([
      'The scores are read from the output scores: label, which stands before it, holds int64.',
    ])
    expect(
      (await prepare({ ...classifier, graph: { ...graph, outputs: outputs.toReversed() } }, options)).warnings,
    ).toEqual([])
  })
})

import { afterAll, describe, expect, it } from 'vitest'
import { noise, sketch } from '../../../test/fixtures/onnx-sketch.ts'
import { int } from '../../graph/attributes.ts'
import { type OpenedModel, openModel } from '../../inference/open-model.ts'
import { tensor } from '../../tensor/tensor.ts'

const opened: OpenedModel[] = []
afterAll(async () => {
  for (const model of opened) await model.close()
})

const target = { index: 1, output: 'logit', negate: false } as const
const options = { composite: 'epsilon', epsilon: 1e-6, gamma: 0.25, low: null, high: null, trace: true }
const norm = {
  s: ['float', [4], [0.5, -1.2, 2, 0.7]],
  b: ['float', [4], [0.3, 0.1, -0.4, 1]],
  m: ['float', [4], [0.2, -0.1, 0.05, 0]],
  v: ['float', [4], [0.3, 1.5, 0.8, 2]],
} as const
const shared = {
  ...norm,
  w: ['float', [5, 4], noise([5, 4], 2)],
  c: ['float', [4], [0.1, 0.2, -0.3, 0.05]],
  rows: ['int64', [3], [1, 3, 4]],
  h: ['float', [4, 2], noise([4, 2], 4)],
  axes: ['int64', [1], [1]],
} as const

/** [1, 3, 5] → product of rows → norm over all rows → sum over the rows → two scores. */
async function study(withBias: boolean) {
  const model = await openModel(
    sketch({
      inputs: { x: [1, 3, 5] },
      constants: shared,
      nodes: [
        ['MatMul', ['x', 'w'], ['p']],
        ...(withBias ? [['Add', ['c', 'p'], ['q']] as const] : []),
        ['Flatten', [withBias ? 'q' : 'p'], ['f'], { axis: int(2) }],
        ['BatchNormalization', ['f', 's', 'b', 'm', 'v'], ['n']],
        ['Reshape', ['n', 'rows'], ['r']],
        ['ReduceSum', ['r', 'axes'], ['t'], { keepdims: int(0) }],
        ['MatMul', ['t', 'h'], ['y']],
      ],
      outputs: ['y'],
    }),
    { threads: 1 },
  )
  opened.push(model)
  return model.study
}

describe('a norm of rows behind a product', () => {
  it.each([false, true])('is folded into it (bias of its own: %s)', async (withBias) => {
    const x = tensor([1, 3, 5], Float32Array.from(noise([1, 3, 5], 7)))
    const model = await study(withBias)
    const { scores, relevance, bias, trace } = await model.relevance(x, target, options)
    expect(trace?.map((row) => row.operator)).not.toContain('BatchNormalization')
    const expected = await model.explained(x, target)
    expect(scores[0]).toBeCloseTo(expected[0], 5)
    const sum = relevance.data.reduce((s, v) => s + v, 0)
    expect(sum + (bias?.[0] ?? Number.NaN)).toBeCloseTo(scores[0], 4)
  })
})

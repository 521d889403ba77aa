import { afterAll, expect, it } from 'vitest'
import { noise, type Sketch, sketch } from '../../../test/fixtures/onnx-sketch.ts'
import { ints } from '../../graph/attributes.ts'
import { type OpenedModel, openModel } from '../../inference/open-model.ts'
import { tensor } from '../../tensor/tensor.ts'

const opened: OpenedModel[] = []
afterAll(async () => {
  for (const model of opened) await model.close()
})

const options = { composite: 'epsilon-plus-flat', epsilon: 1e-6, gamma: 0.25, low: null, high: null }
const x = tensor([1, 2, 5, 5], noise([1, 2, 5, 5], 3))

async function relevance({ nodes, constants }: Pick<Sketch, 'nodes' | 'constants'>) {
  const model = await openModel(sketch({ inputs: { x: [1, 2, 5, 5] }, nodes, constants, outputs: ['y'] }), {
    threads: 1,
  })
  opened.push(model)
  return model.study.relevance(x, { index: 1, output: 'logit', negate: false }, options)
}

const pads = { pads: ints([1, 1, 1, 1]) }
const w1 = noise([3, 2, 3, 3], 2)
const w2 = noise([3, 3, 3, 3], 2)
const w3 = noise([3, 2], 2)
const scales = [0.5, -1.5, 2]
const scaled = (weights: Float32Array) => weights.map((w, i) => w * scales[Math.floor(i / (weights.length / 3))])
const heads = {
  h: ['float', [3, 2], w3],
  c: ['float', [2], [0.1, -0.2]],
  half: ['float', [], [0.25]],
  h4: ['float', [3, 2], w3.map((w) => w * 0.25)],
} as const
const biases = { b1: ['float', [3], [0.3, -0.2, 0.1]], b2: ['float', [1, 3, 1, 1], [-0.1, 0.4, 0.2]] } as const

/** Conv → (· s + b) → ReLU → Conv → (· s + b) → ReLU → pool → MatMul → (· ¼ + c), as dynamically quantised files have it. */
const apart = {
  constants: {
    ...heads,
    w1: ['float', [3, 2, 3, 3], w1],
    w2: ['float', [3, 3, 3, 3], w2],
    s: ['float', [1, 3, 1, 1], scales],
    b1: ['float', [1, 3, 1, 1], [0.3, -0.2, 0.1]],
    b2: biases.b2,
  },
  nodes: [
    ['Conv', ['x', 'w1'], ['p1'], pads],
    ['Mul', ['p1', 's'], ['q1']],
    ['Add', ['q1', 'b1'], ['r1']],
    ['Relu', ['r1'], ['a1']],
    ['Conv', ['a1', 'w2'], ['p2'], pads],
    ['Mul', ['s', 'p2'], ['q2']],
    ['Add', ['b2', 'q2'], ['r2']],
    ['Relu', ['r2'], ['a2']],
    ['GlobalAveragePool', ['a2'], ['g']],
    ['Flatten', ['g'], ['f']],
    ['MatMul', ['f', 'h'], ['m']],
    ['Mul', ['m', 'half'], ['n']],
    ['Add', ['n', 'c'], ['y']],
  ],
} as const satisfies Pick<Sketch, 'nodes' | 'constants'>

/** The same network with its factors inside the weights. */
const inside = {
  constants: {
    ...heads,
    ...biases,
    w1: ['float', [3, 2, 3, 3], scaled(w1)],
    w2: ['float', [3, 3, 3, 3], scaled(w2)],
  },
  nodes: [
    ['Conv', ['x', 'w1', 'b1'], ['r1'], pads],
    ['Relu', ['r1'], ['a1']],
    ['Conv', ['a1', 'w2'], ['q2'], pads],
    ['Add', ['q2', 'b2'], ['r2']],
    ['Relu', ['r2'], ['a2']],
    ['GlobalAveragePool', ['a2'], ['g']],
    ['Flatten', ['g'], ['f']],
    ['MatMul', ['f', 'h4'], ['n']],
    ['Add', ['n', 'c'], ['y']],
  ],
} as const satisfies Pick<Sketch, 'nodes' | 'constants'>

it('shares relevance out alike whether a layer has its factor inside its weights or behind them', async () => {
  const [found, expected] = [await relevance(apart), await relevance(inside)]
  expect(found.scores[0]).toBeCloseTo(expected.scores[0], 5)
  const largest = expected.relevance.data.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
  found.relevance.data.forEach((r, i) => {
    expect(Math.abs(r - expected.relevance.data[i])).toBeLessThan(1e-4 * largest)
  })
  expect(found.bias?.[0]).toBeCloseTo(expected.bias?.[0] ?? Number.NaN, 4)
})

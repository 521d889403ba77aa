import { describe, expect, it } from 'vitest'
import { noise, type Sketch, sketch } from '../../../test/fixtures/onnx-sketch.ts'
import { openModel } from '../../inference/open-model.ts'
import { tensor } from '../../tensor/tensor.ts'

const dims = [1, 6]

/** ε-LRP of v ↦ a(W v): what arrives at the input, and the scores. */
async function relevanceThrough(activation: Sketch['nodes']) {
  const opened = await openModel(
    sketch({
      inputs: { v: dims },
      constants: {
        first: ['float', [6, 4], noise([6, 4], 1)],
        second: ['float', [4, 2], noise([4, 2], 2)],
        lambda: ['float', [], [0.1]],
        zero: ['float', [], [0]],
      },
      nodes: [['MatMul', ['v', 'first'], ['x']], ...activation, ['MatMul', ['a', 'second'], ['score']]],
      outputs: ['score'],
    }),
    { threads: 1 },
  )
  try {
    const options = { composite: 'epsilon', epsilon: 0, gamma: 0, low: null, high: null }
    const input = tensor(dims, Float32Array.from(noise(dims, 3)))
    const target = { index: 0, output: 'logit', negate: false } as const
    return [...(await opened.study.relevance(input, target, options)).relevance.data]
  } finally {
    await opened.close()
  }
}

/** Relevance of an activation passes: R_j = a_j·w_j goes to the input in the shares v_i·W_ij of x_j. */
function byHand(activation: (x: number) => number): number[] {
  const [v, first, second] = [noise(dims, 3), noise([6, 4], 1), noise([4, 2], 2)]
  const x = [0, 1, 2, 3].map((j) => v.reduce((sum, value, i) => sum + value * first[i * 4 + j], 0))
  return [...v].map((value, i) =>
    x.reduce((sum, xj, j) => sum + ((value * first[i * 4 + j]) / xj) * activation(xj) * second[j * 2], 0),
  )
}

const softshrink = (x: number) => (Math.abs(x) > 0.1 ? x - 0.1 * Math.sign(x) : 0)

describe('an activation written out as a sum passes all relevance', () => {
  it.each<[string, Sketch['nodes'], (x: number) => number]>([
    [
      'Tanhshrink as x − tanh x',
      [
        ['Tanh', ['x'], ['t']],
        ['Sub', ['x', 't'], ['a']],
      ],
      (x) => x - Math.tanh(x),
    ],
    [
      'Softshrink with a step',
      [
        ['Abs', ['x'], ['size']],
        ['Greater', ['size', 'lambda'], ['outside']],
        ['Sign', ['x'], ['sign']],
        ['Mul', ['sign', 'lambda'], ['moved']],
        ['Sub', ['x', 'moved'], ['nearer']],
        ['Mul', ['x', 'zero'], ['nothing']],
        ['Where', ['outside', 'nearer', 'nothing'], ['a']],
      ],
      softshrink,
    ],
    [
      'x² + x, the tensor in second place',
      [
        ['Mul', ['x', 'x'], ['square']],
        ['Add', ['square', 'x'], ['a']],
      ],
      (x) => x * x + x,
    ],
  ])('%s', async (_name, nodes, activation) => {
    const found = await relevanceThrough(nodes)
    byHand(activation).forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 4)
    })
  })

  it('a sum with another branch is shared by what each contributes', async () => {
    const found = await relevanceThrough([
      ['Tanh', ['x'], ['t']],
      ['MatMul', ['v', 'first'], ['other']],
      ['Add', ['other', 't'], ['a']],
    ])
    byHand((x) => x + Math.tanh(x)).forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 4)
    })
  })
})

import { expect, it } from 'vitest'
import { noise, sketch } from '../../../test/fixtures/onnx-sketch.ts'
import { openModel } from '../../inference/open-model.ts'
import { tensor } from '../../tensor/tensor.ts'

const options = { composite: 'epsilon', epsilon: 1e-6, gamma: 0.25, low: null, high: null, trace: true }
const dims = [1, 3, 4, 5]

/** x · sigmoid of channel means, stretched to the size of x or left to the product. */
async function excited(isStretched: boolean) {
  const opened = await openModel(
    sketch({
      inputs: { x: dims },
      constants: { full: ['int64', [4], dims], w: ['float', [3, 2], noise([3, 2], 4)] },
      nodes: [
        ['GlobalAveragePool', ['x'], ['m']],
        ['Sigmoid', ['m'], ['s']],
        ...(isStretched ? [['Expand', ['s', 'full'], ['e']] as const] : []),
        ['Mul', ['x', isStretched ? 'e' : 's'], ['p']],
        ['GlobalAveragePool', ['p'], ['g']],
        ['Flatten', ['g'], ['f']],
        ['MatMul', ['f', 'w'], ['y']],
      ],
      outputs: ['y'],
    }),
    { threads: 1 },
  )
  try {
    const x = tensor(dims, Float32Array.from(noise(dims, 7)))
    return (await opened.study.relevance(x, { index: 1, output: 'logit', negate: false }, options)).relevance.data
  } finally {
    await opened.close()
  }
}

it('a gate of channels keeps no relevance, stretched to its signal or not', async () => {
  const [stretched, left] = [await excited(true), await excited(false)]
  expect(left.some((v) => Math.abs(v) > 1e-3)).toBe(true)
  left.forEach((v, i) => {
    expect(stretched[i]).toBeCloseTo(v, 5)
  })
})

import { describe, expect, it } from 'vitest'
import { noise, runModel, type Sketch, sketch } from '../../test/fixtures/onnx-sketch.ts'
import type { Shapes } from '../graph/model.ts'
import { buildGradient } from './gradient.ts'

const dims = [1, 6]
const shapes: Shapes = new Map(['x', 's', 'y', 'z'].map((name) => [name, { type: 'float', dims }]))

/** Gradient of Σ of the output, and the nodes it took. */
async function gradientOf(nodes: Sketch['nodes']) {
  const model = sketch({ inputs: { x: dims }, nodes, outputs: [nodes[nodes.length - 1][2][0]] })
  const scoreTensor = model.graph.outputs[0].name
  const built = buildGradient(model, shapes, { source: 'x', scoreTensor, rule: 'plain' })
  const x = noise(dims, 4)
  const feeds = { x: [dims, x], [built.names.seed]: [dims, new Float32Array(6).fill(1)] } as const
  const found = await runModel(built.model, feeds)
  return { x, gradient: found[built.names.gradient].data, added: built.model.graph.nodes.length - nodes.length }
}

const sigmoid = (v: number) => 1 / (1 + Math.exp(-v))

describe('a tensor times its own sigmoid', () => {
  for (const order of [
    ['x', 's'],
    ['s', 'x'],
  ])
    it(`has the slope of SiLU in four nodes, written ${order.join('·')}`, async () => {
      const { x, gradient, added } = await gradientOf([
        ['Sigmoid', ['x'], ['s']],
        ['Mul', order, ['y']],
      ])
      for (const [i, v] of x.entries()) {
        const s = sigmoid(v)
        expect(gradient[i]).toBeCloseTo(s * (1 + v * (1 - s)), 5)
      }
      expect(added).toBe(4)
    })

  it('keeps both rules where the sigmoid is read elsewhere too', async () => {
    const { x, gradient } = await gradientOf([
      ['Sigmoid', ['x'], ['s']],
      ['Mul', ['x', 's'], ['y']],
      ['Add', ['y', 's'], ['z']],
    ])
    for (const [i, v] of x.entries()) {
      const s = sigmoid(v)
      expect(gradient[i]).toBeCloseTo(s * (1 + v * (1 - s)) + s * (1 - s), 5)
    }
  })
})

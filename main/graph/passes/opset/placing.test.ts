import { expect, it } from 'vitest'
import { difference, noise, runModel, type Sketch, sketch } from '../../../../test/fixtures/onnx-sketch.ts'
import { buildGradient } from '../../../autodiff/gradient.ts'
import { int } from '../../attributes.ts'
import { normalise, prepare } from '../../prepare.ts'

/** Σ of the output's derivative by each input number. */
async function derivative(model: Sketch, x: readonly number[]): Promise<readonly number[]> {
  const dims = [x.length]
  const { model: ready, shapes } = prepare(normalise(sketch(model)), { x: dims })
  const built = buildGradient(ready, shapes, { source: 'x', scoreTensor: 'y', rule: 'plain' })
  const seed = new Float32Array(x.length).fill(1)
  const back = await runModel(built.model, { x: [dims, Float32Array.from(x)], [built.names.seed]: [dims, seed] })
  return back[built.names.gradient].data
}

const products: Sketch = {
  opset: 26,
  inputs: { x: [4] },
  constants: { a: ['int64', [], [0]] },
  nodes: [['CumProd', ['x', 'a'], ['y']]],
  outputs: ['y'],
}

it('cumulative products have their exact derivative where numbers are zero', async () => {
  // y = (a, ab, abc, abcd); ∂Σy/∂a = 1 + b + bc + bcd, ∂b = a + ac + acd, ∂c = ab + abd, ∂d = abc.
  expect(await derivative(products, [2, 0, 3, 5])).toEqual([1, 2 + 6 + 30, 0, 0])
  expect(await derivative(products, [2, 0, 0, 5])).toEqual([1, 2, 0, 0])
  expect(await derivative(products, [0, 4, 3, 0])).toEqual([1 + 4 + 12, 0, 0, 0])
})

it('a single cell along an axis lies where the runtime puts it', async () => {
  for (const aligned of [0, 1]) {
    const model = sketch({
      opset: 20,
      inputs: { x: [1, 2, 3] },
      constants: { s: ['int64', [4], [1, 1, 1, 3]] },
      nodes: [['AffineGrid', ['x', 's'], ['y'], { align_corners: int(aligned) }]],
      outputs: ['y'],
    })
    const feeds = { x: [[1, 2, 3], noise([1, 2, 3])] } as const
    const found = (await runModel(normalise(model), feeds))['y']
    expect(difference(found, (await runModel(model, feeds))['y'])).toBeLessThan(1e-6)
  }
})

it('a size that is only known once the input is fixed is followed', async () => {
  const model = sketch({
    inputs: { x: ['n', 2, 'h', 'w'] },
    constants: { one: ['int64', [2], [1, 1]] },
    nodes: [
      ['Shape', ['x'], ['s'], { start: int(2) }],
      ['Sub', ['s', 'one'], ['t']],
      ['CenterCropPad', ['x', 't'], ['y'], { axes: { kind: 'ints', value: [2, 3] } }],
    ],
    outputs: ['y'],
  })
  const { model: ready } = prepare(normalise(model), { x: [1, 2, 5, 4] })
  const feeds = { x: [[1, 2, 5, 4], noise([1, 2, 5, 4])] } as const
  expect(difference((await runModel(ready, feeds))['y'], (await runModel(model, feeds))['y'])).toBe(0)
})

it('a computed axis of products is refused by name', () => {
  const model = sketch({ ...products, inputs: { x: [4], a: { type: 'int64', dims: [] } }, constants: {} })
  expect(() => normalise(model)).toThrow(/CumProd node "n0" computes the axis of its products/)
})

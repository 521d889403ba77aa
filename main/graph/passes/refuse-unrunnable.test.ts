import { expect, it } from 'vitest'
import { noise, sketch } from '../../../test/fixtures/onnx-sketch.ts'
import { string } from '../attributes.ts'
import { normalise, prepare } from '../prepare.ts'

const sampling = (mode: string, dims: readonly number[], grid: readonly number[]) =>
  sketch({
    opset: 20,
    inputs: { x: dims },
    constants: { g: ['float', grid, noise(grid, 2)] },
    nodes: [['GridSample', ['x', 'g'], ['y'], { mode: string(mode) }]],
    outputs: ['y'],
  })

it('cubic sampling of a volume is refused by name, other sampling is not', () => {
  const [volume, points] = [
    [1, 2, 3, 4, 5],
    [1, 2, 2, 2, 3],
  ]
  expect(() => prepare(normalise(sampling('cubic', volume, points)), { x: volume })).toThrow(
    /GridSample node "n0.*" samples a volume by cubic polynomials/,
  )
  const linear = prepare(normalise(sampling('linear', volume, points)), { x: volume })
  expect(linear.shapes.get('y')?.dims).toEqual([1, 2, 2, 2, 2])
  const picture = prepare(normalise(sampling('cubic', [1, 2, 4, 5], [1, 3, 3, 2])), { x: [1, 2, 4, 5] })
  expect(picture.shapes.get('y')?.dims).toEqual([1, 2, 3, 3])
})

import { describe, expect, it } from 'vitest'
import type { Grid } from '../../shared/domain/geometry.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { positionsAt } from './payload.ts'

const grid = (dims: [number, number, number], [sx, sy, sz]: [number, number, number], origin = [0, 0, 0]): Grid => ({
  dims,
  affine: [sx, 0, 0, origin[0], 0, sy, 0, origin[1], 0, 0, sz, origin[2], 0, 0, 0, 1],
  physical: true,
  oriented: true,
})
const image = grid([4, 2, 2], [1, 1, 1])
const labels = Uint8Array.from([1, 1, 0, 2, 0, 0, 2, 2, 3, 0, 0, 0, 0, 0, 0, 1])
const positions = (segment: number | null, input: Grid) => ({ array: 1, image, segment, input })
const weights = (given: Tensor | 'predicted' | null) =>
  given === null || given === 'predicted' ? given : [given.dims, Array.from(given.data)]

describe('labels as positions of the output', () => {
  it('are one item of a 3-D network, or one item per slice', () => {
    const data = Array.from(labels, (label) => Number(label === 2))
    expect(weights(positionsAt(positions(2, image), 3, [new Float32Array(), labels]))).toEqual([[1, 2, 2, 4], data])
    expect(weights(positionsAt(positions(2, image), 2, [new Float32Array(), labels]))).toEqual([[2, 2, 4], data])
  })

  it('are every label but 0 where no segment is named', () => {
    const found = positionsAt(positions(null, image), 3, [new Float32Array(), labels])
    expect(weights(found)).toEqual([[1, 2, 2, 4], Array.from(labels, (label) => Number(label > 0))])
  })

  it('are read where the model’s positions lie, and nowhere outside the image', () => {
    // Half as many columns, twice as wide, and a column beyond the image: centres at 0.6, 2.6 and 4.6.
    const input = grid([3, 2, 1], [2, 1, 1], [0.6, 0, 0])
    const found = positionsAt(positions(null, input), 2, [new Float32Array(), labels])
    expect(weights(found)).toEqual([
      [1, 2, 3],
      [1, 1, 0, 0, 1, 0],
    ])
  })

  it('go through as they are when they are weights or a word', () => {
    expect(positionsAt('predicted', 2, [])).toBe('predicted')
    expect(positionsAt(null, 2, [])).toBe(null)
    const given = Float32Array.from([0.5, 1])
    expect(weights(positionsAt({ array: 0, dims: [1, 2] }, 2, [given]))).toEqual([
      [1, 2],
      [0.5, 1],
    ])
  })

  it('must be labels', () => {
    expect(() => positionsAt(positions(null, image), 3, [new Float32Array(), new Float32Array(16)])).toThrow(
      /holds no labels/,
    )
  })
})

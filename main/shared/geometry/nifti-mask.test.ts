import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Grid } from '../domain/geometry.ts'
import { compressedNiftiOfMask, niftiOfMask } from './nifti-mask.ts'

const grid: Grid = {
  dims: [3, 2, 4],
  affine: [0, 0.5, 0, -10, -0.7, 0, 0, 20, 0, 0, 3, -30, 0, 0, 0, 1],
  physical: true,
  oriented: true,
}
const voxels = Uint8Array.from({ length: 24 }, (_, n) => n)

describe('a mask as NIfTI', () => {
  const file = niftiOfMask(voxels, grid)
  const view = new DataView(file.buffer)

  it('has the header a reader looks for', () => {
    expect([view.getInt32(0, true), new TextDecoder().decode(file.subarray(344, 348))]).toEqual([348, 'n+1\0'])
    expect([0, 1, 2, 3].map((n) => view.getInt16(40 + 2 * n, true))).toEqual([3, 3, 2, 4])
    expect([view.getInt16(70, true), view.getInt16(72, true), view.getFloat32(108, true)]).toEqual([2, 8, 352])
    const steps = [1, 2, 3].map((n) => view.getFloat32(76 + 4 * n, true))
    for (const [n, mm] of [0.7, 0.5, 3].entries()) expect(steps[n]).toBeCloseTo(mm, 6)
  })

  it('turns the matrix from LPS to RAS: the rows of x and y change sign', () => {
    const row = (n: number) => [0, 1, 2, 3].map((c) => view.getFloat32(280 + 16 * n + 4 * c, true) + 0)
    expect(view.getInt16(254, true)).toBe(1)
    expect(row(0)).toEqual([0, -0.5, 0, 10])
    expect(row(1)[0]).toBeCloseTo(0.7, 6)
    expect(row(1)[3]).toBe(-20)
    expect(row(2)).toEqual([0, 0, 3, -30])
  })

  it('keeps the voxels in their order, also compressed', async () => {
    expect(file.subarray(352)).toEqual(voxels)
    const packed = await compressedNiftiOfMask(voxels, grid)
    expect(new Uint8Array(gunzipSync(Buffer.from(await packed.arrayBuffer())))).toEqual(file)
  })

  it('claims neither orientation nor millimetres that nobody knows', () => {
    const plain = niftiOfMask(voxels, { ...grid, physical: false, oriented: false })
    expect(new DataView(plain.buffer).getInt16(254, true)).toBe(0)
    expect(plain[123]).toBe(0)
  })

  it('refuses voxels of another grid', () => {
    expect(() => niftiOfMask(voxels.subarray(1), grid)).toThrow('A mask of 23 voxels does not fit a grid of 3 × 2 × 4.')
  })
})

import { expect, it } from 'vitest'
import type { Volume } from '../../../main/shared/domain/study.ts'
import { planeFrame } from '../geometry/planes.ts'
import type { ImageLayer } from '../volume/layers.ts'
import { inRangeSlice } from './range-tint.ts'

it('tells which voxels of a slice lie in the range, limits included; what has not arrived does not', () => {
  const grid: Volume['grid'] = {
    dims: [4, 1, 2],
    affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    physical: true,
    oriented: true,
  }
  const volume = { grid, channels: 1, slope: 2, intercept: -10 } as Volume
  const layer: ImageLayer = {
    volume,
    data: Int16Array.of(0, 5, 10, 15, 0, 5, 10, 15),
    loaded: Uint8Array.of(1, 0),
    early: new Map(),
    revision: 0,
  }
  const frame = planeFrame(grid, 'axial')
  expect(inRangeSlice(layer, frame, 0, [0, 10])).toEqual({ inside: Uint8Array.of(0, 1, 1, 0), share: 0.5 })
  expect(inRangeSlice(layer, frame, 1, [0, 10]).share).toBe(0)
})

import { expect, it } from 'vitest'
import { tensor } from '../tensor/tensor.ts'
import { zeroMapWarnings } from './zero-map.ts'

const half = tensor([2, 1, 2, 2], Float32Array.of(0, 0, 0, 0, 0, -1e-30, 0, 0))

it('says how many of several maps are zero everywhere', () => {
  expect(zeroMapWarnings({ family: 'gradient' }, half)).toEqual([
    expect.stringMatching(/^The map is zero everywhere for 1 of 2 items: .*saturated or quantised/),
  ])
})

it('is silent about maps with any evidence, about class activation maps and about controls', () => {
  expect(zeroMapWarnings({ family: 'gradient' }, tensor([1, 2], Float32Array.of(0, 3)))).toEqual([])
  expect(zeroMapWarnings({ family: 'cam' }, half)).toEqual([])
  expect(zeroMapWarnings({ family: 'control' }, half)).toEqual([])
})

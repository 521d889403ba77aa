import { expect, it } from 'vitest'
import { tensor } from '../tensor/tensor.ts'
import { zeroMapWarnings } from './zero-map.ts'

const half = tensor([2, 1, 2, 2], Float32Array.of(0, 0, 0, 0, 0, -1e-30, 0, 0))

it('says how many of several maps are zero everywhere', () => {
  expect(zeroMapWarnings({ family: 'gradient' }, half)).toEqual([
    expect.stringMatching(/^The map is zero everywhere for 1 of 2 items: .*saturated or quantised/),
  ])
})

it('calls it no positive evidence in a class activation map', () => {
  const map = tensor([1, 1, 1, 2], new Float32Array(2))
  expect(zeroMapWarnings({ family: 'cam' }, map)).toEqual(['No positive evidence: the map is zero everywhere.'])
})

it('is silent about maps with any evidence, and about controls', () => {
  expect(zeroMapWarnings({ family: 'gradient' }, tensor([1, 2], Float32Array.of(0, 3)))).toEqual([])
  expect(zeroMapWarnings({ family: 'control' }, half)).toEqual([])
})

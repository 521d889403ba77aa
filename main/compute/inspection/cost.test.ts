import { describe, expect, it } from 'vitest'
import { methods } from '../../attribution/registry.ts'
import { type CostModel, predict, rowsOf } from './cost.ts'

const rates = {
  forward: 2,
  gradient: 5,
  forwardInBatch: 1,
  gradientInBatch: 3,
  layer: 4,
  fromLayer: 0.25,
  relevance: 20,
  multipliers: 15,
}
const cost: CostModel = {
  rates,
  own: new Map(),
  activationBytes: 2 ** 20,
  weightBytes: 2 ** 20,
  itemDims: [1, 32, 32],
  layerChannels: 64,
  chunk: () => 8,
  lanes: () => null,
}
const methodOf = (id: string) => {
  const found = methods.find((method) => method.id === id)
  if (!found) throw new Error(`no method ${id}`)
  return found
}
const msOf = (id: string, changes: Partial<CostModel> = {}) =>
  predict(methodOf(id), { ...cost, ...changes }).predictedMs

describe('the predicted time of a method', () => {
  it('counts its passes at the rate of each', () => {
    expect(msOf('gradient')).toBe(5)
    expect(msOf('integrated-gradients')).toBe(2 * 1 * 1 + 50 * 3 + 2)
    expect(msOf('grad-cam')).toBe(4)
    expect(msOf('guided-grad-cam')).toBe(5 + 4)
    expect(msOf('rise')).toBe(4001 * 1)
    expect(msOf('lrp')).toBe(20)
    expect(msOf('deeplift')).toBe(15)
  })

  it('runs once per channel of the layer, and only behind the layer where a channel is replaced there', () => {
    expect(msOf('score-cam')).toBe(64 * 1 + 4)
    expect(msOf('ablation-cam')).toBe(64 * 0.25 + 4)
    expect(msOf('ablation-cam', { rates: { ...rates, fromLayer: null } })).toBe(64 * 1 + 4)
  })

  it('takes gradients one by one where each point follows from the last', () => {
    const own = rowsOf(methodOf('guided-integrated-gradients'), cost) ?? 0
    expect(msOf('guided-integrated-gradients')).toBeGreaterThan(4.5 * own)
  })

  it('takes the memory of every lane where batches run side by side, and of one run where there is but one item', () => {
    const mb = (id: string, lanes: CostModel['lanes']) => predict(methodOf(id), { ...cost, lanes }).predictedMb
    const four = () => ({ lanes: 4, items: 2 })
    expect(mb('integrated-gradients', four)).toBe(4 * (2 * 1 + 3 * 2))
    expect(mb('gradient', four)).toBe(mb('gradient', () => null))
  })

  it('adds what the method does itself', () => {
    expect(msOf('random-xrai', { own: new Map([['random-xrai', 250]]) })).toBe(2 + 250)
  })

  it('is left open where a required array decides it, or a rate is not known', () => {
    expect(msOf('expected-gradients')).toBeNull()
    expect(rowsOf(methodOf('expected-gradients'), cost)).toBeNull()
    expect(msOf('gradient', { rates: { ...rates, gradient: null, gradientInBatch: null } })).toBeNull()
  })
})

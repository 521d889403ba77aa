import { describe, expect, it } from 'vitest'
import { type LaneNeeds, lanesMb, planLanes } from './lane-plan.ts'

const settings = { provider: 'cpu', threads: 16, optimisation: 'all', arena: true } as const
const needs: LaneNeeds = {
  settings,
  wanted: null,
  steadyMb: 6144,
  boundMb: 6144,
  itemMb: 90,
  activationsMb: 30,
  weightsMb: 32,
  fixedItems: null,
}

describe('the plan of lanes', () => {
  it('gives every lane two threads where memory allows', () => {
    expect(planLanes(needs)).toEqual({ lanes: 8, items: 1 })
    expect(planLanes({ ...needs, settings: { ...settings, threads: 4 } })).toEqual({ lanes: 2, items: 1 })
  })

  it('leaves runs one after the other on few cores, for small networks and on other providers', () => {
    for (const threads of [1, 2, 3]) expect(planLanes({ ...needs, settings: { ...settings, threads } })).toBeNull()
    expect(planLanes({ ...needs, activationsMb: 4 })).toBeNull()
    expect(planLanes({ ...needs, settings: { ...settings, provider: 'cuda' } })).toBeNull()
  })

  it('keeps two kinds of run within the bound, with fewer lanes of more threads', () => {
    for (const steadyMb of [700, 1500, 3000]) {
      const plan = planLanes({ ...needs, steadyMb })
      if (plan === null) throw new Error(`no lanes within ${steadyMb} MB`)
      expect(2 * lanesMb(plan, needs.weightsMb, needs.itemMb)).toBeLessThanOrEqual(steadyMb)
    }
    expect(planLanes({ ...needs, steadyMb: 1500 })).toEqual({ lanes: 4, items: 1 })
    expect(planLanes({ ...needs, steadyMb: 200 })).toBeNull()
  })

  it('does not change with what is free, unless lanes would not fit', () => {
    for (const boundMb of [1300, 3000, 5000]) expect(planLanes({ ...needs, boundMb })).toEqual(planLanes(needs))
    expect(planLanes({ ...needs, boundMb: 1000 })).toBeNull()
  })

  it('runs more items at a time where the weights outweigh them', () => {
    expect(planLanes({ ...needs, steadyMb: 65536, boundMb: 65536, weightsMb: 550, activationsMb: 110 })?.items).toBe(4)
  })

  it('counts the memory of runs whose size the file insists on', () => {
    expect(planLanes({ ...needs, fixedItems: 8 })).toEqual({ lanes: 3, items: 8 })
    expect(planLanes({ ...needs, fixedItems: 64 })).toBeNull()
  })

  it('takes the number that was asked for', () => {
    const small = { ...needs, activationsMb: 0.1, weightsMb: 0.1, settings: { ...settings, threads: 1 } }
    expect(planLanes({ ...small, wanted: 3 })).toEqual({ lanes: 3, items: 1 })
    expect(planLanes({ ...needs, wanted: 1 })).toBeNull()
  })
})

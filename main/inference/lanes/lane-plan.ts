import type { SessionSettings } from '../session.ts'

/** How a batch is shared out: so many runs at a time, of so many items each. */
export interface LanePlan {
  readonly lanes: number
  readonly items: number
}

export interface LaneNeeds {
  readonly settings: SessionSettings
  /** Lanes asked for; null: as many as pay and fit. */
  readonly wanted: number | null
  /** What runs at a time may hold, whatever is free just now. */
  readonly steadyMb: number
  /** What they may hold now. */
  readonly boundMb: number
  /** What one item of a run keeps alive, estimated. */
  readonly itemMb: number
  readonly activationsMb: number
  readonly weightsMb: number
  /** Items that every run must have; null: any number. */
  readonly fixedItems: number | null
}

/** Below this much of activations a pass takes a few milliseconds, and handing it over would cost what it gains. */
const LEAST_ACTIVATIONS_MB = 16
/** With a thread each, two lanes on two cores gained nothing over runs one after the other. */
const LEAST_THREADS = 2
/** The runtime keeps weights once as read and once as arranged for its kernels. */
const WEIGHT_COPIES = 2
/** Kinds of run that stay loaded in the lanes of a model, each with its weights once per lane; they share the bound. */
export const LANE_GRAPHS = 2
/** Here weights cost little beside the items. */
const MOST_ITEMS = 8

const powerBelow = (n: number): number => 2 ** Math.floor(Math.log2(Math.max(1, n)))

/** What lanes of one kind of run hold together, estimated. */
export function lanesMb({ lanes, items }: LanePlan, weightsMb: number, itemMb: number): number {
  return lanes * (WEIGHT_COPIES * weightsMb + itemMb * items)
}

/**
 * How the items of a batch are shared out among lanes, each with an equal share of the threads; null where one run after the
 * other on all threads is better. Threads wait for each other at the end of every operator, and small operators occupy few of
 * them: on 16 cores eight lanes of two threads took 0.5 to 0.7 of the time (ARCHITECTURE.md, decision 17).
 * A run reads the weights once, so more items per run pay where the weights outweigh an item's activations; otherwise one
 * item stays closest to the caches.
 *
 * The answer depends on model, settings and machine only, not on what ran before, nor on what is free as long as lanes fit:
 * equal calls take equal paths and give the same bits.
 */
export function planLanes(needs: LaneNeeds): LanePlan | null {
  const { settings, wanted, steadyMb, boundMb, itemMb, activationsMb, weightsMb, fixedItems } = needs
  if (settings.provider !== 'cpu' || wanted === 1) return null
  const items = fixedItems ?? powerBelow(Math.min(weightsMb / activationsMb, MOST_ITEMS))
  if (wanted !== null) return { lanes: wanted, items }
  if (activationsMb < LEAST_ACTIVATIONS_MB) return null
  const fitting = Math.floor(steadyMb / LANE_GRAPHS / lanesMb({ lanes: 1, items }, weightsMb, itemMb))
  const lanes = Math.min(fitting, Math.floor(settings.threads / LEAST_THREADS))
  const plan = { lanes, items }
  return lanes < 2 || lanesMb(plan, weightsMb, itemMb) > boundMb ? null : plan
}

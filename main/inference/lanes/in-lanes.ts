import { throwIfCancelled } from '../chunks.ts'
import type { LanePlan } from './lane-plan.ts'

/** Runs handed to a lane at a time: the next one lies ready when one ends, also while this thread is busy. */
const AHEAD = 2

/**
 * Cuts `n` items into runs of `items` and keeps as many under way as lanes can take; `collect` sees the results in the order of the
 * items, whichever was ready first. Between two runs the signal is asked. Whatever fails, it returns when no run is under way.
 */
export async function inLanes<T>(
  n: number,
  { lanes, items }: LanePlan,
  signal: AbortSignal,
  runOne: (from: number, to: number) => Promise<T>,
  collect: (result: T) => void,
): Promise<void> {
  const ready = new Map<number, T>()
  const failures: unknown[] = []
  let next = 0
  let collected = 0
  const work = async (): Promise<void> => {
    while (next < n && failures.length === 0) {
      throwIfCancelled(signal)
      const from = next
      next = Math.min(n, from + items)
      ready.set(from, await runOne(from, next))
      for (let value = ready.get(collected); value !== undefined; value = ready.get(collected)) {
        ready.delete(collected)
        collected = Math.min(n, collected + items)
        collect(value)
      }
    }
  }
  await Promise.all(Array.from({ length: AHEAD * lanes }, () => work().catch((error: unknown) => failures.push(error))))
  if (failures.length > 0) throw failures[0]
  throwIfCancelled(signal)
}

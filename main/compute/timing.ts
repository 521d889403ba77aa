/** Milliseconds as the contract reports them: preparing, one warm computation, one bare forward pass of the same batch. */
export interface Timing {
  readonly prepareMs: number
  readonly computeMs: number
  /** null when no forward pass was timed. */
  readonly forwardMs: number | null
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const started = performance.now()
  const value = await work()
  return { value, ms: performance.now() - started }
}

/**
 * Runs `compute` and times it. With repeats: one warm-up, then `repeats` runs in turn with bare forward passes, so that
 * their ratio holds on a machine whose speed changes; the medians are reported.
 *
 * repeats    null: one run, no warm-up
 * forward    a bare forward pass of the same batch; null leaves it out
 * prepareMs  milliseconds that building graphs and loading sessions have taken so far; taken out of the first run
 */
export async function withTiming<T>(
  compute: () => Promise<T>,
  forward: (() => Promise<unknown>) | null,
  repeats: number | null,
  prepareMs: () => number,
): Promise<{ readonly value: T; readonly timing: Timing }> {
  const before = prepareMs()
  const first = await timed(compute)
  const firstMs = first.ms - (prepareMs() - before)
  if (repeats === null) {
    return { value: first.value, timing: { prepareMs: prepareMs(), computeMs: firstMs, forwardMs: null } }
  }
  if (forward !== null) await forward()
  const computes: number[] = []
  const forwards: number[] = []
  let value = first.value
  for (let i = 0; i < repeats; i++) {
    const run = await timed(compute)
    value = run.value
    computes.push(run.ms)
    if (forward !== null) forwards.push((await timed(forward)).ms)
  }
  const forwardMs = forwards.length > 0 ? median(forwards) : null
  return { value, timing: { prepareMs: prepareMs(), computeMs: repeats > 0 ? median(computes) : firstMs, forwardMs } }
}

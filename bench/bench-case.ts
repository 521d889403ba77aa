/** One measured figure beside the goal it is held against. */
export interface Figure {
  readonly what: string
  /** Median with its unit, or why there is none. */
  readonly value: string
  readonly goal: string
  /** Null where nothing could be measured. */
  readonly met: boolean | null
}

export interface BenchCase {
  readonly id: string
  readonly title: string
  measure(places: Places): Promise<Figure[]>
}

export interface Places {
  /** ONNX files and inputs to time: `NAME.onnx` with `NAME.npy`; null when none was named. */
  readonly models: string | null
  /** An empty folder that is removed afterwards. */
  readonly scratch: string
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

export function seconds(what: string, value: number, goalSeconds: number): Figure {
  return { what, value: `${value.toFixed(2)} s`, goal: `≤ ${goalSeconds} s`, met: value <= goalSeconds }
}

export function milliseconds(what: string, value: number, goalMs: number): Figure {
  return { what, value: `${value.toFixed(1)} ms`, goal: `≤ ${goalMs} ms`, met: value <= goalMs }
}

export async function timed<T>(work: () => Promise<T>): Promise<{ result: T; elapsedMs: number }> {
  const started = performance.now()
  const result = await work()
  return { result, elapsedMs: performance.now() - started }
}

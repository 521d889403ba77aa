import type { StoredMeasurement } from '../shared/domain/measurement.ts'
import type { JobContext } from './job-handler.ts'

/** One map's measurements on their way into the project. */
export interface MeasuredMap {
  readonly item: string
  readonly entries: readonly { readonly key: string; readonly measurement: StoredMeasurement }[]
}

const MOST_ENTRIES = 200
const MOST_AGE_MS = 500

/**
 * Stores measurements a few at a time: each commit waits for the disk twice, longer than most metrics take. What is not stored when the
 * program is killed is measured again with the job; `stored` hears of nothing before it is safe.
 */
export class MeasurementBatch {
  readonly #context: JobContext
  readonly #stored: (ids: readonly string[]) => void
  #waiting: MeasuredMap[] = []
  #count = 0
  #oldest = 0

  constructor(context: JobContext, stored: (ids: readonly string[]) => void) {
    this.#context = context
    this.#stored = stored
  }

  add(measured: MeasuredMap): void {
    if (this.#count === 0) this.#oldest = this.#context.clock().getTime()
    this.#waiting.push(measured)
    this.#count += measured.entries.length
    if (this.#count >= MOST_ENTRIES || this.#context.clock().getTime() - this.#oldest >= MOST_AGE_MS) this.flush()
  }

  /** Stores what waits. A map that was deleted meanwhile fails by itself. */
  flush(): void {
    const waiting = this.#waiting
    this.#waiting = []
    this.#count = 0
    if (waiting.length === 0) return
    try {
      this.#store(waiting)
    } catch {
      // One of them cannot be stored; which one shows when each goes alone.
      for (const one of waiting) {
        try {
          this.#store([one])
        } catch (error) {
          this.#context.fail(one.item, error)
        }
      }
    }
  }

  #store(measured: readonly MeasuredMap[]): void {
    const entries = measured.flatMap((one) => one.entries)
    this.#context.project.measurements.add(entries, 'user')
    for (const { measurement } of entries) this.#context.events.changed('measurement', measurement.id)
    this.#stored(entries.map(({ measurement }) => measurement.id))
  }
}

const LOOP_MS = 60_000

/** Tells one death, after which a process is simply started again, from two within a minute, after which the user is asked. */
export class DeathCount {
  readonly #now: () => number
  #last = Number.NEGATIVE_INFINITY

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Counts one; true when another lies less than a minute back. */
  isSecond(): boolean {
    const now = this.#now()
    const second = now - this.#last < LOOP_MS
    this.#last = now
    return second
  }
}

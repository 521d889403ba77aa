import type { RawTensor } from './session.ts'

/** A graph that can be run: a session, or the same graph in several lanes. */
export interface GraphSession {
  run(
    feeds: Readonly<Record<string, RawTensor>>,
    outputs: readonly string[],
  ): Promise<Readonly<Record<string, RawTensor>>>
  close(): Promise<void>
}

/** A session with what its builder wants to remember about it (names of inputs and outputs, shapes). */
export interface Loaded<T> {
  readonly session: GraphSession
  readonly about: T
}

/**
 * Sessions by key (graph variant and batch size), the least recently used closed first. Keys asked for at the same time
 * are built once.
 */
export class SessionCache {
  readonly #limit: number
  readonly #entries = new Map<string, Promise<Loaded<unknown>>>()

  constructor(limit: number) {
    this.#limit = limit
  }

  async get<T>(key: string, build: () => Promise<Loaded<T>>): Promise<Loaded<T>> {
    const known = this.#entries.get(key) as Promise<Loaded<T>> | undefined
    const entry = known ?? build()
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    if (known === undefined) entry.catch(() => this.#entries.delete(key)) // the caller receives the failure; the next one builds anew
    await this.#shrink(key)
    return entry
  }

  has(key: string): boolean {
    return this.#entries.has(key)
  }

  async clear(): Promise<void> {
    const entries = [...this.#entries.values()]
    this.#entries.clear()
    for (const entry of entries) await close(entry)
  }

  async #shrink(keep: string): Promise<void> {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#limit) return
      if (key === keep) continue
      this.#entries.delete(key)
      await close(entry)
    }
  }
}

async function close(entry: Promise<Loaded<unknown>>): Promise<void> {
  const loaded = await entry.catch(() => null) // a session that failed to load has nothing to close
  await loaded?.session.close()
}

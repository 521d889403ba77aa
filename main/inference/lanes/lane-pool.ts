import type { SessionSettings } from '../session.ts'
import { Lane } from './lane.ts'
import type { Tensors } from './messages.ts'

/** One graph loaded in several lanes; each run goes to the lane with the fewest before it. */
export class LaneSessions {
  readonly #lanes: readonly Lane[]
  readonly #graph: number

  constructor(lanes: readonly Lane[], graph: number) {
    this.#lanes = lanes
    this.#graph = graph
  }

  /** errors  those of Session.run */
  run(feeds: Tensors, outputs: readonly string[]): Promise<Tensors> {
    const lane = this.#lanes.reduce((least, other) => (other.pending < least.pending ? other : least))
    return lane.run(this.#graph, feeds, outputs)
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.release(this.#graph)))
  }
}

/** The lanes of one model: threads are started when first needed and end together. */
export class LanePool {
  readonly #lanes: Lane[] = []
  readonly #onLost: () => void
  #graphs = 0

  /** onLost  called when a thread ended by itself: all lanes are given up, and the next load starts others */
  constructor(onLost: () => void) {
    this.#onLost = onLost
  }

  /**
   * Loads a graph in the first `count` lanes.
   *
   * errors  those of Session.load
   */
  async load(count: number, model: Uint8Array | string, settings: SessionSettings): Promise<LaneSessions> {
    while (this.#lanes.length < count) this.#lanes.push(new Lane(() => this.#giveUp()))
    const lanes = this.#lanes.slice(0, count)
    const graph = ++this.#graphs
    const loaded = await Promise.allSettled(lanes.map((lane) => lane.load(graph, model, settings)))
    const failed = loaded.find((one) => one.status === 'rejected')
    if (failed === undefined) return new LaneSessions(lanes, graph)
    await Promise.all(lanes.filter((_, i) => loaded[i].status === 'fulfilled').map((lane) => lane.release(graph)))
    throw failed.reason
  }

  #giveUp(): void {
    // First, so that what is cleared then asks nothing of lanes that end.
    void this.close()
    this.#onLost()
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.splice(0).map((lane) => lane.close()))
  }
}

import type { SessionSettings } from '../session.ts'
import { Lane } from './lane.ts'
import type { Tensors } from './messages.ts'

/** One graph loaded in several lanes. Runs asked for at the same time go side by side, one to a lane; further ones wait. */
export class LaneSessions {
  readonly #lanes: readonly Lane[]
  readonly #graph: number
  readonly #free: Lane[]
  readonly #queue: ((lane: Lane) => void)[] = []

  constructor(lanes: readonly Lane[], graph: number) {
    this.#lanes = lanes
    this.#graph = graph
    this.#free = [...lanes]
  }

  /** errors  those of Session.run */
  async run(feeds: Tensors, outputs: readonly string[]): Promise<Tensors> {
    const lane = this.#free.shift() ?? (await new Promise<Lane>((resolve) => this.#queue.push(resolve)))
    try {
      return await lane.run(this.#graph, feeds, outputs)
    } finally {
      const next = this.#queue.shift()
      if (next === undefined) this.#free.push(lane)
      else next(lane)
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.release(this.#graph)))
  }
}

/** The lanes of one model: threads are started when first needed and end together. */
export class LanePool {
  readonly #lanes: Lane[] = []
  #graphs = 0

  /**
   * Loads a graph in the first `count` lanes.
   *
   * errors  those of Session.load
   */
  async load(count: number, model: Uint8Array | string, settings: SessionSettings): Promise<LaneSessions> {
    while (this.#lanes.length < count) this.#lanes.push(new Lane())
    const lanes = this.#lanes.slice(0, count)
    const graph = ++this.#graphs
    const loaded = await Promise.allSettled(lanes.map((lane) => lane.load(graph, model, settings)))
    const failed = loaded.find((one) => one.status === 'rejected')
    if (failed === undefined) return new LaneSessions(lanes, graph)
    await Promise.all(lanes.filter((_, i) => loaded[i].status === 'fulfilled').map((lane) => lane.release(graph)))
    throw failed.reason
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.splice(0).map((lane) => lane.close()))
  }
}

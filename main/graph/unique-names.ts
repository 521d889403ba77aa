import { namesIn } from './builder.ts'
import type { Graph } from './model.ts'

/** Gives out names that neither a tensor nor a node of the graph has, each once. */
export class UniqueNames {
  readonly #taken: Set<string>

  constructor(graph: Graph) {
    this.#taken = namesIn(graph)
    for (const { name } of graph.nodes) this.#taken.add(name)
  }

  /** `stem` itself where it is free, else with a number behind it. */
  of(stem: string): string {
    let name = stem
    for (let n = 1; this.#taken.has(name); n++) name = `${stem}_${n}`
    this.#taken.add(name)
    return name
  }
}

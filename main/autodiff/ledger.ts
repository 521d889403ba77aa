import { describeNode } from '../graph/attributes.ts'
import type { Node } from '../graph/model.ts'
import { sizeOf } from './dims.ts'
import type { Emit } from './emit.ts'

/** What a walk knows of one node: how much came in from above, how much went on below, how much the bias kept. */
export interface LedgerRow {
  /** Node and operator, as error messages name them. */
  readonly node: string
  readonly operator: string
  /** The node's first output, by which layers are known. */
  readonly tensor: string
}

/** Names of the graph outputs a ledger ends in. */
export interface LedgerNames {
  /** [N, 1]: all that biases kept, per item; null where a tensor mixes the items of a batch, so that no share is an item's own. */
  readonly bias: string | null
  /** [N, rows] each, in the order of the walk (score first); null unless rows were asked for. */
  readonly arriving: string | null
  readonly leaving: string | null
  readonly kept: string | null
  readonly rows: readonly LedgerRow[]
}

interface Entry {
  readonly row: LedgerRow
  readonly arriving: string
  readonly leaving: string
  readonly kept: string
}

/**
 * Books what a backward walk carries: sums per item of what arrives at and leaves each node, and the part that biases
 * keep. arriving − leaving − kept is what stabilisers and added constants took.
 */
export class Ledger {
  readonly #emit: Emit
  readonly #batch: number
  readonly #withRows: boolean
  readonly #kept = new Map<Node, string[]>()
  readonly #entries: Entry[] = []
  #isMixed = false

  constructor(emit: Emit, batch: number, withRows: boolean) {
    this.#emit = emit
    this.#batch = batch
    this.#withRows = withRows
  }

  get hasRows(): boolean {
    return this.#withRows
  }

  /** Σ over each item, [N, 1]. A tensor whose first axis is not the batch cannot be told apart by item. */
  #perItem(tensor: string): string | null {
    const dims = this.#emit.dims(tensor)
    if (this.#batch > 1 && dims[0] !== this.#batch) return null
    const flat = this.#emit.reshape(tensor, [this.#batch, sizeOf(dims) / this.#batch])
    return this.#emit.reduce('ReduceSum', flat, [1])
  }

  #total(tensors: readonly string[]): string {
    const sums: string[] = []
    for (const tensor of tensors) {
      const sum = this.#perItem(tensor)
      if (sum === null) this.#isMixed = true
      else sums.push(sum)
    }
    return sums.length > 0 ? this.#emit.sum(sums) : this.#emit.zeros([this.#batch, 1])
  }

  /** A tensor of relevance that a node's bias keeps. */
  keep(node: Node, share: string): void {
    const known = this.#kept.get(node)
    const sum = this.#total([share])
    if (known) known.push(sum)
    else this.#kept.set(node, [sum])
  }

  /** Books a visited node. */
  visit(node: Node, arriving: readonly string[], leaving: readonly string[]): void {
    if (!this.#withRows) return
    const row = { node: describeNode(node), operator: node.opType, tensor: node.outputs.find((o) => o !== '') ?? '' }
    const kept = this.#kept.get(node)
    this.#entries.push({
      row,
      arriving: this.#total(arriving),
      leaving: this.#total(leaving),
      kept: kept ? this.#emit.sum(kept) : this.#emit.zeros([this.#batch, 1]),
    })
  }

  finish(): LedgerNames {
    const { hasRows } = this
    const column = (of: (entry: Entry) => string): string | null => {
      if (!hasRows || this.#isMixed || this.#entries.length === 0) return null
      return this.#emit.concat(this.#entries.map(of), 1)
    }
    const all = [...this.#kept.values()].flat()
    const total = all.length > 0 ? this.#emit.sum(all) : this.#emit.zeros([this.#batch, 1])
    return {
      bias: this.#isMixed ? null : this.#emit.unary('Identity', total),
      arriving: column((e) => e.arriving),
      leaving: column((e) => e.leaving),
      kept: column((e) => e.kept),
      rows: this.#entries.map((e) => e.row),
    }
  }
}

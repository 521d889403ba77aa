import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { fromEnvelope, SaliscopeError } from '../../shared/errors.ts'
import type { SessionSettings } from '../session.ts'
import { type FromLane, forMessage, type Tensors, type ToLane } from './messages.ts'

interface Waiting {
  readonly resolve: (values: Tensors) => void
  readonly reject: (error: SaliscopeError) => void
}

type Question<K extends ToLane['kind']> = Omit<Extract<ToLane, { kind: K }>, 'kind' | 'id'>

/**
 * One thread with sessions of its own. A run of onnxruntime-node blocks its thread, so graphs run side by side in threads
 * only. Every call rejects with what the session says, or with inference.run when the thread itself ends.
 */
export class Lane {
  readonly #thread: Worker
  readonly #waiting = new Map<number, Waiting>()
  #asked = 0
  #ended: SaliscopeError | null = null
  #isClosed = false

  /** onLost  called once when the thread ends without having been closed */
  constructor(onLost: () => void) {
    const entry = path.join(import.meta.dirname, `lane-thread${path.extname(import.meta.filename)}`)
    // Flags are for the program that was started, and some would keep a thread from starting.
    this.#thread = new Worker(entry, { execArgv: [] })
    this.#thread.unref()
    this.#thread.on('message', (message: FromLane) => this.#receive(message))
    this.#thread.on('error', (error) => this.#end(`: ${error.message}`))
    this.#thread.on('exit', () => {
      this.#end('')
      if (!this.#isClosed) onLost()
    })
  }

  /** Questions not answered yet. */
  get pending(): number {
    return this.#waiting.size
  }

  /** errors  those of Session.load */
  async load(graph: number, model: Uint8Array | string, settings: SessionSettings): Promise<void> {
    const own = typeof model === 'string' ? model : new Uint8Array(model)
    await this.#ask<'load'>({ graph, model: own, settings }, 'load', typeof own === 'string' ? [] : [own.buffer])
  }

  /** errors  those of Session.run */
  run(graph: number, feeds: Tensors, outputs: readonly string[]): Promise<Tensors> {
    const { tensors, buffers } = forMessage(feeds)
    return this.#ask<'run'>({ graph, feeds: tensors, outputs }, 'run', buffers)
  }

  async release(graph: number): Promise<void> {
    if (this.#ended === null) await this.#ask<'close'>({ graph }, 'close', [])
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#end('')
    await this.#thread.terminate()
  }

  #ask<K extends ToLane['kind']>(question: Question<K>, kind: K, buffers: ArrayBuffer[]): Promise<Tensors> {
    if (this.#ended !== null) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      const id = ++this.#asked
      // Idle lanes keep no program alive; a lane that works does.
      if (this.#waiting.size === 0) this.#thread.ref()
      this.#waiting.set(id, { resolve, reject })
      this.#thread.postMessage({ kind, id, ...question }, buffers)
    })
  }

  #receive(message: FromLane): void {
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (this.#waiting.size === 0) this.#thread.unref()
    if (message.kind === 'done') waiting?.resolve(message.values)
    else waiting?.reject(fromEnvelope(message.error))
  }

  #end(reason: string): void {
    this.#ended ??= new SaliscopeError(
      'inference.run',
      `A thread of the computation ended${reason}. Nothing of this item was kept; run it again.`,
    )
    for (const { reject } of this.#waiting.values()) reject(this.#ended)
    this.#waiting.clear()
  }
}

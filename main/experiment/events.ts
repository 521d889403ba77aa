import type { Job } from '../shared/domain/job.ts'
import type { ProjectHeader } from '../shared/domain/project.ts'

export type Aggregate = 'study' | 'volume' | 'model' | 'mask' | 'map' | 'measurement'

export type WorkstationEvent =
  | { readonly event: 'hello'; readonly data: { readonly version: string } }
  | { readonly event: 'job'; readonly data: Job }
  | { readonly event: 'change'; readonly data: { readonly aggregate: Aggregate; readonly id: string } }
  | { readonly event: 'project'; readonly data: ProjectHeader | null }

type Listener = (event: WorkstationEvent) => void

/** What happens, told to everyone who listens. A listener that throws does not keep the others from hearing. */
export class EventBus {
  readonly #listeners = new Set<Listener>()
  readonly #onListenerError: (error: unknown) => void

  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError
  }

  /** Answers the function that ends listening. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  emit(event: WorkstationEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event)
      } catch (error) {
        this.#onListenerError(error)
      }
    }
  }

  changed(aggregate: Aggregate, id: string): void {
    this.emit({ event: 'change', data: { aggregate, id } })
  }
}

/** Words of the status line for all masks of the window together. */
export type SaveState = 'saved' | 'saving' | 'failed'

/** One mask's way to the project, as far as waiting for it needs. */
export interface Saving {
  readonly state: SaveState
}

/**
 * Everything of this window that has not reached the project yet, of open masks and of those just closed. The screen may
 * change while strokes are on their way; they are still told of and still waited for.
 */
export class SavingRegistry {
  private readonly unsaved = new Set<Saving>()
  private readonly listeners = new Set<(state: SaveState) => void>()

  /** Called by a mask whenever its state changes. */
  update(saving: Saving): void {
    if (saving.state === 'saved') this.unsaved.delete(saving)
    else this.unsaved.add(saving)
    this.tell()
  }

  /** A mask whose strokes are no longer wanted. */
  forget(saving: Saving): void {
    this.unsaved.delete(saving)
    this.tell()
  }

  get state(): SaveState {
    const states = [...this.unsaved].map((one) => one.state)
    return states.includes('failed') ? 'failed' : states.length > 0 ? 'saving' : 'saved'
  }

  /** Resolves when nothing is on its way any more. Strokes that failed once are not waited for: that could take for ever. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => [...this.unsaved].every((one) => one.state !== 'saving')
      if (done()) {
        resolve()
        return
      }
      const stop = this.onChange(() => {
        if (!done()) return
        stop()
        resolve()
      })
    })
  }

  onChange(listener: (state: SaveState) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private tell(): void {
    const { state } = this
    for (const listener of [...this.listeners]) listener(state)
  }
}

/** Masks of this window. */
export const maskSaving = new SavingRegistry()

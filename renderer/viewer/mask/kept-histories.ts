import type { History } from './history.ts'

interface Kept {
  readonly history: History
  /** Number of the last stroke the history knows of. */
  readonly lastSequence: number
}

/**
 * Undo survives a change of case and screen: histories of closed masks are kept while the window lives and given back when
 * the mask is opened with exactly the strokes the history ends with. Anything drawn elsewhere in between makes it void.
 * The least recently closed ones are forgotten when all together pass the limit.
 */
export class KeptHistories {
  readonly limitBytes: number
  private readonly kept = new Map<string, Kept>()

  constructor(limitBytes = 512 * 1024 * 1024) {
    this.limitBytes = limitBytes
  }

  keep(maskId: string, history: History, lastSequence: number): void {
    this.kept.delete(maskId)
    if (history.edits.length + history.undoneEdits.length === 0) return
    this.kept.set(maskId, { history, lastSequence })
    let bytes = [...this.kept.values()].reduce((sum, one) => sum + one.history.bytes, 0)
    for (const [id, one] of this.kept) {
      if (bytes <= this.limitBytes || id === maskId) break
      this.kept.delete(id)
      bytes -= one.history.bytes
    }
  }

  /** Takes the history out, or null where none fits. */
  take(maskId: string, lastSequence: number): History | null {
    const found = this.kept.get(maskId)
    this.kept.delete(maskId)
    return found?.lastSequence === lastSequence ? found.history : null
  }
}

/** Histories of this window. */
export const keptHistories = new KeptHistories()

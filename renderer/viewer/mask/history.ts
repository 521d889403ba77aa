import type { Box } from './box.ts'

/** Runs of voxels with equal old and equal new value. */
export interface Runs {
  readonly start: Uint32Array
  readonly length: Uint32Array
  readonly before: Uint8Array
  readonly after: Uint8Array
}

/** One undo item: a stroke, an accepted preview, one bulk operation. */
export interface Edit {
  readonly name: string
  readonly icon: string
  readonly box: Box
  readonly runs: Runs
  /** Voxels gained minus voxels lost by any segment, as the list shows it. */
  readonly added: number
  readonly removed: number
  readonly bytes: number
}

/** Builds runs from changes in ascending order of offset. */
export class RunBuilder {
  private starts: number[] = []
  private lengths: number[] = []
  private before: number[] = []
  private after: number[] = []

  add(offset: number, before: number, after: number): void {
    const last = this.starts.length - 1
    if (
      last >= 0 &&
      this.starts[last] + this.lengths[last] === offset &&
      this.before[last] === before &&
      this.after[last] === after
    ) {
      this.lengths[last]++
      return
    }
    this.starts.push(offset)
    this.lengths.push(1)
    this.before.push(before)
    this.after.push(after)
  }

  done(): Runs {
    return {
      start: Uint32Array.from(this.starts),
      length: Uint32Array.from(this.lengths),
      before: Uint8Array.from(this.before),
      after: Uint8Array.from(this.after),
    }
  }
}

export function runBytes(runs: Runs): number {
  return runs.start.length * 10
}

/**
 * Undo and redo of one document, limited by bytes. A new edit forgets what was undone; when the limit is passed the oldest
 * edits are forgotten, never the newest one.
 */
export class History {
  readonly limitBytes: number
  private done: Edit[] = []
  private undone: Edit[] = []

  constructor(limitBytes = 256 * 1024 * 1024) {
    this.limitBytes = limitBytes
  }

  get edits(): readonly Edit[] {
    return this.done
  }

  get undoneEdits(): readonly Edit[] {
    return this.undone
  }

  get bytes(): number {
    return [...this.done, ...this.undone].reduce((sum, edit) => sum + edit.bytes, 0)
  }

  push(edit: Edit): void {
    this.undone = []
    this.done.push(edit)
    while (this.done.length > 1 && this.bytes > this.limitBytes) this.done.shift()
  }

  takeUndo(): Edit | null {
    const edit = this.done.pop() ?? null
    if (edit) this.undone.push(edit)
    return edit
  }

  takeRedo(): Edit | null {
    const edit = this.undone.pop() ?? null
    if (edit) this.done.push(edit)
    return edit
  }
}

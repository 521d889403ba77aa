import type { Grid } from '../../../main/shared/domain/geometry.ts'
import type { Mask, MaskVersion, Segment } from '../../../main/shared/domain/mask.ts'
import { SaliscopeError } from '../../../main/shared/errors.ts'
import { spacingMm } from '../geometry/affine.ts'
import { type Box, boundsOf, readBox, union, wholeBox } from './box.ts'
import { ChangeLog } from './change-log.ts'
import { type Edit, History, runBytes } from './history.ts'
import { type MaskingRules, permittedValues } from './masking.ts'

/** What a tool asks to be written: calls `put` for each voxel it covers; masking decides which of them change. */
export type Shape = (put: (offset: number) => void) => void

/** A proposed result in a scratch label, to be accepted as one edit or thrown away. */
export interface Preview {
  /** Name of the edit it would become. */
  readonly title: string
  /** What is proposed, and how much of it, for the reader who decides. */
  readonly headline: string
  readonly detail: string
  readonly value: number
  readonly box: Box
  /** Full-size scratch volume, `value` where the proposal lies. */
  readonly scratch: Uint8Array
}

/** Told after every change: the box that changed, and the edit when one was completed, undone or redone. */
export type MaskListener = (box: Box | null, edit: Edit | null) => void

/** Voxels a gesture covered and might not change, by what forbade it. */
export interface Refused {
  /** A locked segment, the editable area or the rule for other segments. */
  readonly rules: number
  /** Image values outside the range. */
  readonly range: number
}

interface Gesture {
  readonly name: string
  readonly icon: string
  readonly log: ChangeLog
  box: Box | null
  refused: Refused
}

/**
 * The mask of one reader on one image grid: one Uint8 value per voxel (0 none, 1 … 255 segment), with undo per stroke.
 * Lives outside React and outside any drawing library. Every write goes through `write`, so locked segments and masking hold
 * for all tools alike.
 *
 * voxels  index = i + ni·(j + nj·k), the image's own grid
 * errors  api.invalid: the voxels do not fit the grid
 */
export class MaskDocument {
  readonly id: string
  readonly reader: string
  readonly grid: Grid
  readonly dims: readonly [number, number, number]
  readonly spacing: readonly [number, number, number]
  readonly data: Uint8Array
  /** Voxels per segment value, kept up to date by every write. */
  readonly counts = new Float64Array(256)
  readonly history: History
  segments: readonly Segment[]
  versions: readonly MaskVersion[]
  nothingToMark: boolean
  /** Box outside which nothing is marked; grows with edits and is exact after opening. */
  bounds: Box | null
  preview: Preview | null = null
  /** Raised at every change; views and panels compare it. */
  revision = 0
  /** Image value of a voxel in its unit, for the intensity range; set by the case that owns both. */
  imageValue: ((offset: number) => number) | null = null
  /** What masking kept the last completed gesture from changing. */
  lastRefused: Refused = { rules: 0, range: 0 }
  private gesture: Gesture | null = null
  private readonly listeners = new Set<MaskListener>()

  constructor(mask: Mask, grid: Grid, voxels: Uint8Array, history = new History()) {
    const [ni, nj, nk] = grid.dims
    if (voxels.length !== ni * nj * nk) {
      throw new SaliscopeError(
        'api.invalid',
        `The mask of ${mask.reader} has ${voxels.length} voxels where its image has ${ni * nj * nk}; it was not opened.`,
      )
    }
    this.id = mask.id
    this.reader = mask.reader
    this.segments = mask.segments
    this.versions = mask.versions
    this.nothingToMark = mask.nothingToMark
    this.grid = grid
    this.dims = [ni, nj, nk]
    this.spacing = spacingMm(grid)
    this.data = voxels
    this.history = history
    this.bounds = boundsOf(voxels, this.dims, wholeBox(this.dims), (value) => value !== 0)
    for (let p = 0; p < voxels.length; p++) this.counts[voxels[p]]++
  }

  onChange(listener: MaskListener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private changed(box: Box | null, edit: Edit | null): void {
    this.revision++
    for (const listener of this.listeners) listener(box, edit)
  }

  segment(value: number): Segment | undefined {
    return this.segments.find((s) => s.value === value)
  }

  setSegments(segments: readonly Segment[]): void {
    this.segments = segments
    this.changed(null, null)
  }

  get gestureIsOpen(): boolean {
    return this.gesture !== null
  }

  /** Opens a gesture; everything written until `commit` becomes one undo item. */
  begin(name: string, icon = 'brush'): void {
    if (this.gesture) this.commit()
    this.gesture = { name, icon, log: new ChangeLog(), box: null, refused: { rules: 0, range: 0 } }
  }

  private write(offset: number, value: number, gesture: Gesture, grown: { box: Box | null }): void {
    const before = this.data[offset]
    gesture.log.add(offset, before)
    this.data[offset] = value
    this.counts[before]--
    this.counts[value]++
    const [ni, nj] = this.dims
    const i = offset % ni
    const rest = (offset - i) / ni
    const j = rest % nj
    const k = (rest - j) / nj
    const b = grown.box
    if (!b || i < b[0] || i >= b[1] || j < b[2] || j >= b[3] || k < b[4] || k >= b[5]) {
      grown.box = union(b, [i, i + 1, j, j + 1, k, k + 1])
    }
  }

  /** Writes a value over a shape, as far as masking allows. Inside an open gesture. Answers the number of voxels changed. */
  paint(value: number, rules: MaskingRules, shape: Shape): number {
    const gesture = this.gesture
    if (!gesture) throw new Error('paint was called without an open gesture')
    const permitted = permittedValues(this.segments, rules, value)
    const { data, imageValue } = this
    const [low, high] = rules.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    const ranged = rules.range !== null && imageValue !== null
    const grown: { box: Box | null } = { box: null }
    let changed = 0
    let byRules = 0
    let byRange = 0
    shape((offset) => {
      const present = data[offset]
      if (present === value) return
      if (permitted[present] === 0) {
        byRules++
        return
      }
      if (ranged) {
        const image = imageValue(offset)
        if (!(image >= low && image <= high)) {
          byRange++
          return
        }
      }
      this.write(offset, value, gesture, grown)
      changed++
    })
    gesture.refused = { rules: gesture.refused.rules + byRules, range: gesture.refused.range + byRange }
    if (grown.box) {
      gesture.box = union(gesture.box, grown.box)
      this.bounds = union(this.bounds, grown.box)
      this.changed(grown.box, null)
    }
    return changed
  }

  /** Closes the gesture; an empty one leaves no undo item. */
  commit(): Edit | null {
    const gesture = this.gesture
    this.gesture = null
    if (gesture) this.lastRefused = gesture.refused
    if (!gesture?.box) return null
    const runs = gesture.log.runs(this.data)
    if (runs.start.length === 0) return null
    let added = 0
    let removed = 0
    for (let n = 0; n < runs.start.length; n++) {
      if (runs.after[n] !== 0) added += runs.length[n]
      if (runs.before[n] !== 0) removed += runs.length[n]
    }
    const edit: Edit = {
      name: gesture.name,
      icon: gesture.icon,
      box: gesture.box,
      runs,
      added,
      removed,
      bytes: runBytes(runs),
    }
    this.history.push(edit)
    this.changed(gesture.box, edit)
    return edit
  }

  /** Takes back what the open gesture wrote. */
  cancel(): void {
    const gesture = this.gesture
    this.gesture = null
    if (!gesture?.box) return
    gesture.log.reverse((offset, before) => {
      this.counts[this.data[offset]]--
      this.counts[before]++
      this.data[offset] = before
    })
    this.changed(gesture.box, null)
  }

  /** One complete edit in one call. */
  apply(name: string, icon: string, value: number, rules: MaskingRules, shape: Shape): Edit | null {
    this.begin(name, icon)
    this.paint(value, rules, shape)
    return this.commit()
  }

  /** Undo: an open gesture or preview is cancelled and nothing else happens; otherwise the last edit is taken back. */
  undo(): boolean {
    if (this.gesture) {
      this.cancel()
      return true
    }
    if (this.preview) {
      this.cancelPreview()
      return true
    }
    return this.replay(this.history.takeUndo(), 'before')
  }

  redo(): boolean {
    if (this.gesture || this.preview) return false
    return this.replay(this.history.takeRedo(), 'after')
  }

  /** Sets the runs of an edit to their old or new values; voxels that hold or would become a locked or deleted segment stay. */
  private replay(edit: Edit | null, to: 'before' | 'after'): boolean {
    if (!edit) return false
    const locked = new Uint8Array(256).fill(1)
    locked[0] = 0
    for (const segment of this.segments) locked[segment.value] = segment.locked ? 1 : 0
    const { start, length } = edit.runs
    const target = edit.runs[to]
    for (let n = 0; n < start.length; n++) {
      const value = target[n]
      if (locked[value]) continue
      for (let p = start[n]; p < start[n] + length[n]; p++) {
        const present = this.data[p]
        if (locked[present]) continue
        this.counts[present]--
        this.counts[value]++
        this.data[p] = value
      }
    }
    this.bounds = union(this.bounds, edit.box)
    this.changed(edit.box, edit)
    return true
  }

  showPreview(preview: Preview): void {
    this.preview = preview
    this.changed(preview.box, null)
  }

  cancelPreview(): void {
    const box = this.preview?.box ?? null
    this.preview = null
    this.changed(box, null)
  }

  /** The preview becomes one edit. */
  acceptPreview(rules: MaskingRules): Edit | null {
    const preview = this.preview
    if (!preview) return null
    this.preview = null
    return this.apply(preview.title, 'between', preview.value, rules, (put) => {
      const [i0, i1, j0, j1, k0, k1] = preview.box
      for (let k = k0; k < k1; k++)
        for (let j = j0; j < j1; j++) {
          const row = this.dims[0] * (j + this.dims[1] * k)
          for (let i = i0; i < i1; i++) if (preview.scratch[row + i] !== 0) put(row + i)
        }
    })
  }

  /** New values of a box, as the API stores a stroke. */
  boxValues(box: Box): Uint8Array<ArrayBuffer> {
    return readBox(this.data, this.dims, box)
  }
}

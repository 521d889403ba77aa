import { RunBuilder, type Runs } from './history.ts'

/** Offsets and old values of the voxels an open gesture has written, in the order of writing; grows as needed. */
export class ChangeLog {
  private offsets = new Uint32Array(4096)
  private old = new Uint8Array(4096)
  private used = 0

  get size(): number {
    return this.used
  }

  add(offset: number, before: number): void {
    if (this.used === this.offsets.length) {
      const offsets = new Uint32Array(this.used * 2)
      offsets.set(this.offsets)
      const old = new Uint8Array(this.used * 2)
      old.set(this.old)
      this.offsets = offsets
      this.old = old
    }
    this.offsets[this.used] = offset
    this.old[this.used++] = before
  }

  /** Walks the changes newest first, as a cancel must. */
  reverse(visit: (offset: number, before: number) => void): void {
    for (let n = this.used - 1; n >= 0; n--) visit(this.offsets[n], this.old[n])
  }

  /**
   * Net effect against the array as it is now: each voxel once, with the value it had before the gesture.
   * Offset and order are packed into one double (offset < 2³¹, order < 2²²), so that sorting keeps the first write in front;
   * larger changes are laid out over the range of offsets they touch.
   */
  runs(data: Uint8Array): Runs {
    const builder = new RunBuilder()
    const order = 2 ** 22
    if (this.used <= order) {
      const keys = new Float64Array(this.used)
      for (let n = 0; n < this.used; n++) keys[n] = this.offsets[n] * order + n
      keys.sort()
      let last = -1
      for (const key of keys) {
        const offset = Math.floor(key / order)
        if (offset === last) continue
        last = offset
        const before = this.old[key - offset * order]
        if (before !== data[offset]) builder.add(offset, before, data[offset])
      }
      return builder.done()
    }
    let low = Number.POSITIVE_INFINITY
    let high = 0
    for (let n = 0; n < this.used; n++) {
      low = Math.min(low, this.offsets[n])
      high = Math.max(high, this.offsets[n])
    }
    const first = data.slice(low, high + 1)
    this.reverse((offset, before) => {
      first[offset - low] = before
    })
    for (let at = 0; at < first.length; at++)
      if (first[at] !== data[low + at]) builder.add(low + at, first[at], data[low + at])
    return builder.done()
  }
}

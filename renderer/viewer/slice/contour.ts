/**
 * Outlines of labels and levels as line segments, four numbers each (x0, y0, x1, y1), in the coordinates of the grid they
 * were traced on: whole numbers are cell centres.
 */

/** Region of a label slice that may hold labels: [u0, u1) × [v0, v1). */
export interface Region {
  readonly u0: number
  readonly u1: number
  readonly v0: number
  readonly v1: number
}

class SegmentList {
  private buffer = new Float32Array(1024)
  private used = 0

  push(x0: number, y0: number, x1: number, y1: number): void {
    if (this.used + 4 > this.buffer.length) {
      const larger = new Float32Array(this.buffer.length * 2)
      larger.set(this.buffer)
      this.buffer = larger
    }
    this.buffer[this.used++] = x0
    this.buffer[this.used++] = y0
    this.buffer[this.used++] = x1
    this.buffer[this.used++] = y1
  }

  done(): Float32Array {
    return this.buffer.subarray(0, this.used)
  }
}

/**
 * Borders of each label along the voxels' own edges: exact, a single voxel is a square.
 * Both neighbours of a border draw it, each in its colour.
 */
export function crackEdges(
  labels: Uint8Array,
  width: number,
  height: number,
  region: Region,
): Map<number, Float32Array> {
  const lists = new Map<number, SegmentList>()
  const listOf = (label: number) => {
    const list = lists.get(label) ?? new SegmentList()
    lists.set(label, list)
    return list
  }
  const at = (u: number, v: number) => (u < 0 || v < 0 || u >= width || v >= height ? 0 : labels[v * width + u])
  for (let v = Math.max(0, region.v0); v < Math.min(height, region.v1); v++) {
    for (let u = Math.max(0, region.u0); u < Math.min(width, region.u1); u++) {
      const here = labels[v * width + u]
      if (here === 0) continue
      const left = at(u - 1, v)
      const right = at(u + 1, v)
      const up = at(u, v - 1)
      const down = at(u, v + 1)
      if (left === here && right === here && up === here && down === here) continue
      const list = listOf(here)
      if (left !== here) list.push(u - 0.5, v - 0.5, u - 0.5, v + 0.5)
      if (right !== here) list.push(u + 0.5, v - 0.5, u + 0.5, v + 0.5)
      if (up !== here) list.push(u - 0.5, v - 0.5, u + 0.5, v - 0.5)
      if (down !== here) list.push(u - 0.5, v + 0.5, u + 0.5, v + 0.5)
    }
  }
  return new Map([...lists].map(([label, list]) => [label, list.done()]))
}

/** Segments of one marching-squares cell with its corner at (x, y), joining the points where edges are crossed. */
function cell(
  list: SegmentList,
  kind: number,
  x: number,
  y: number,
  top: number,
  right: number,
  bottom: number,
  left: number,
): void {
  switch (kind) {
    case 1:
    case 14:
      list.push(x + top, y, x, y + left)
      break
    case 2:
    case 13:
      list.push(x + top, y, x + 1, y + right)
      break
    case 3:
    case 12:
      list.push(x, y + left, x + 1, y + right)
      break
    case 4:
    case 11:
      list.push(x + 1, y + right, x + bottom, y + 1)
      break
    case 6:
    case 9:
      list.push(x + top, y, x + bottom, y + 1)
      break
    case 7:
    case 8:
      list.push(x, y + left, x + bottom, y + 1)
      break
    case 5:
      list.push(x + top, y, x, y + left)
      list.push(x + 1, y + right, x + bottom, y + 1)
      break
    case 10:
      list.push(x + top, y, x + 1, y + right)
      list.push(x, y + left, x + bottom, y + 1)
      break
  }
}

/** Borders with corners cut at the middle of the voxel edges: calmer when voxels are small on the screen. Touching at a corner stays apart. */
export function smoothEdges(
  labels: Uint8Array,
  width: number,
  height: number,
  region: Region,
): Map<number, Float32Array> {
  const lists = new Map<number, SegmentList>()
  const at = (u: number, v: number) => (u < 0 || v < 0 || u >= width || v >= height ? 0 : labels[v * width + u])
  const add = (label: number, u: number, v: number, a: number, b: number, c: number, d: number) => {
    if (label === 0) return
    const list = lists.get(label) ?? new SegmentList()
    lists.set(label, list)
    const kind =
      Number(a === label) | (Number(b === label) << 1) | (Number(c === label) << 2) | (Number(d === label) << 3)
    cell(list, kind, u, v, 0.5, 0.5, 0.5, 0.5)
  }
  for (let v = Math.max(0, region.v0) - 1; v < Math.min(height, region.v1); v++) {
    for (let u = Math.max(0, region.u0) - 1; u < Math.min(width, region.u1); u++) {
      const a = at(u, v)
      const b = at(u + 1, v)
      const c = at(u + 1, v + 1)
      const d = at(u, v + 1)
      if (a === b && b === c && c === d) continue
      add(a, u, v, a, b, c, d)
      if (b !== a) add(b, u, v, a, b, c, d)
      if (c !== a && c !== b) add(c, u, v, a, b, c, d)
      if (d !== a && d !== b && d !== c) add(d, u, v, a, b, c, d)
    }
  }
  return new Map([...lists].map(([label, list]) => [label, list.done()]))
}

/** Isoline of a float picture (marching squares, linear crossing). Positions that are not finite count as below the level. */
export function levelLines(values: Float32Array, width: number, height: number, level: number): Float32Array {
  const list = new SegmentList()
  const cross = (p: number, q: number) => {
    const share = (p - level) / (p - q)
    return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0.5
  }
  for (let y = 0; y + 1 < height; y++) {
    for (let x = 0, o = y * width; x + 1 < width; x++, o++) {
      const a = values[o]
      const b = values[o + 1]
      const c = values[o + width + 1]
      const d = values[o + width]
      const kind =
        Number(a >= level) | (Number(b >= level) << 1) | (Number(c >= level) << 2) | (Number(d >= level) << 3)
      if (kind !== 0 && kind !== 15) cell(list, kind, x, y, cross(a, b), cross(b, c), cross(d, c), cross(a, d))
    }
  }
  return list.done()
}

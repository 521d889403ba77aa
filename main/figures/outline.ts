/** Crossing of two neighbouring corners, in pixel coordinates. */
type Point = readonly [number, number]

/**
 * Outlines of {value ≥ level} by marching squares with linear interpolation, as closed or border-ended polylines in
 * pixel coordinates (pixel centres are whole numbers). NaN counts as outside. Saddles are cut so that the inside stays joined.
 */
export function outlines(values: Float32Array, width: number, height: number, level: number): Point[][] {
  const next = new Map<string, { to: string; point: Point }>()
  const at = (x: number, y: number) => {
    const v = x < 0 || y < 0 || x >= width || y >= height ? Number.NEGATIVE_INFINITY : values[y * width + x]
    return Number.isFinite(v) ? v : level - 1
  }
  const edge = (x0: number, y0: number, x1: number, y1: number): { key: string; point: Point } => {
    const [a, b] = [at(x0, y0), at(x1, y1)]
    const t = a === b ? 0.5 : (level - a) / (b - a)
    return {
      key: `${Math.min(x0, x1)} ${Math.min(y0, y1)} ${x0 === x1 ? 'v' : 'h'}`,
      point: [x0 + t * (x1 - x0), y0 + t * (y1 - y0)],
    }
  }
  for (let y = -1; y < height; y++) {
    for (let x = -1; x < width; x++) {
      const corners = [at(x, y) >= level, at(x + 1, y) >= level, at(x + 1, y + 1) >= level, at(x, y + 1) >= level]
      for (const [from, to] of SEGMENTS[corners.reduce((code, on, bit) => code | (on ? 1 << bit : 0), 0)]) {
        const sides = [
          edge(x, y, x + 1, y),
          edge(x + 1, y, x + 1, y + 1),
          edge(x, y + 1, x + 1, y + 1),
          edge(x, y, x, y + 1),
        ]
        next.set(sides[from].key, { to: sides[to].key, point: sides[from].point })
      }
    }
  }
  return chains(next)
}

/** Sides joined per pattern of corners (bits: top left, top right, bottom right, bottom left); the inside lies to the right of the way. */
const SEGMENTS: readonly (readonly (readonly [number, number])[])[] = [
  [],
  [[0, 3]],
  [[1, 0]],
  [[1, 3]],
  [[2, 1]],
  [
    [0, 1],
    [2, 3],
  ],
  [[2, 0]],
  [[2, 3]],
  [[3, 2]],
  [[0, 2]],
  [
    [3, 0],
    [1, 2],
  ],
  [[1, 2]],
  [[3, 1]],
  [[0, 1]],
  [[3, 0]],
  [],
]

function chains(next: Map<string, { to: string; point: Point }>): Point[][] {
  const lines: Point[][] = []
  for (const start of [...next.keys()]) {
    let key = start
    const line: Point[] = []
    for (let step = next.get(key); step !== undefined; step = next.get(key)) {
      next.delete(key)
      line.push(step.point)
      key = step.to
    }
    if (line.length > 1) lines.push(line)
  }
  return lines
}

/** Path data of outlines, placed and scaled into the page. */
export function outlinePath(
  lines: readonly Point[][],
  place: (x: number, y: number) => readonly [number, number],
): string {
  const write = (point: Point) =>
    place(point[0], point[1])
      .map((v) => Math.round(v * 1e3) / 1e3)
      .join(' ')
  return lines.map((line) => `M${line.map(write).join('L')}Z`).join('')
}

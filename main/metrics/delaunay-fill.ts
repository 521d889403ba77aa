import Delaunator from 'delaunator'

/** Rounds halves to the even neighbour. */
function roundHalfEven(v: number): number {
  const floor = Math.floor(v)
  if (v - floor !== 0.5) return Math.round(v)
  return floor % 2 === 0 ? floor : floor + 1
}

/** Values of one triangle's corners and where they lie. */
interface Triangle {
  readonly x: readonly [number, number, number]
  readonly y: readonly [number, number, number]
  readonly at: readonly [number, number, number]
}

/** Calls `inside` for every pixel of a triangle with its barycentric weights. */
function rasterise(
  { x, y }: Triangle,
  width: number,
  inside: (q: number, a: number, b: number, c: number) => void,
): void {
  const area = (x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0])
  if (area === 0) return
  // Integer coordinates: the three products are exact, so a pixel on an edge is inside both triangles, with equal values.
  for (let py = Math.min(...y); py <= Math.max(...y); py++) {
    for (let px = Math.min(...x); px <= Math.max(...x); px++) {
      const b = ((px - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (py - y[0])) / area
      const c = ((x[1] - x[0]) * (py - y[0]) - (px - x[0]) * (y[1] - y[0])) / area
      if (b >= 0 && c >= 0 && b + c <= 1 + 1e-12) inside(py * width + px, 1 - b - c, b, c)
    }
  }
}

/**
 * Fills unknown pixels by linear interpolation on a Delaunay triangulation of the known ones, channel by channel.
 *
 * The four corners are always taken as known, so the hull is the image. Held in single precision, rounded half to even. On grid points
 * the triangulation is not unique; this one is Delaunator's.
 *
 * image   bytes, channels first; known 0/1 per pixel
 * source  Kapishnikov et al. 2019, arXiv:1906.02825; PAIR saliency PIC
 */
export function delaunayFill(
  image: Uint8Array,
  channels: number,
  height: number,
  width: number,
  known: Uint8Array,
): Uint8Array {
  const n = height * width
  const sure = known.slice()
  for (const corner of [0, width - 1, n - width, n - 1]) sure[corner] = 1
  const points: number[] = []
  for (let q = 0; q < n; q++) if (sure[q]) points.push(q)
  if (points.length === n) return image.slice()
  const coordinates = Float64Array.from(points.flatMap((q) => [q % width, Math.floor(q / width)]))
  const { triangles } = new Delaunator(coordinates)
  const out = Float32Array.from(image)
  for (let t = 0; t < triangles.length; t += 3) {
    const corners = [triangles[t], triangles[t + 1], triangles[t + 2]].map((k) => points[k]) as [number, number, number]
    const triangle: Triangle = {
      x: corners.map((q) => q % width) as [number, number, number],
      y: corners.map((q) => Math.floor(q / width)) as [number, number, number],
      at: corners,
    }
    rasterise(triangle, width, (q, a, b, c) => {
      if (sure[q]) return
      for (let channel = 0; channel < channels; channel++) {
        const base = channel * n
        out[base + q] =
          a * image[base + triangle.at[0]] + b * image[base + triangle.at[1]] + c * image[base + triangle.at[2]]
      }
    })
  }
  return Uint8Array.from(out, roundHalfEven)
}

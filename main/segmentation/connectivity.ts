/** Neighbours in the order x, y, z, up before down; the last adjacent segment met is the one a small piece joins. */
function faceSteps(height: number, width: number): readonly { dz: number; dy: number; dx: number; shift: number }[] {
  const plane = height * width
  return [
    { dz: 0, dy: 0, dx: 1, shift: 1 },
    { dz: 0, dy: 0, dx: -1, shift: -1 },
    { dz: 0, dy: 1, dx: 0, shift: width },
    { dz: 0, dy: -1, dx: 0, shift: -width },
    { dz: 1, dy: 0, dx: 0, shift: plane },
    { dz: -1, dy: 0, dx: 0, shift: -plane },
  ]
}

/**
 * Makes every label one connected piece: pieces below the minimum size join an adjacent segment, above the maximum they are split.
 *
 * Pieces are grown breadth first in C order of their first position, through faces; −1 marks positions without a segment.
 *
 * source  scikit-image slic, enforce_connectivity; Achanta et al. 2012
 */
export function connectedLabels(
  labels: Int32Array,
  dims: readonly [number, number, number],
  minimumSize: number,
  maximumSize: number,
): Int32Array {
  const [depth, height, width] = dims
  const steps = faceSteps(height, width)
  const out = new Int32Array(labels.length).fill(-1)
  const queue = new Int32Array(Math.max(1, maximumSize))
  let next = 0
  for (let start = 0; start < labels.length; start++) {
    if (labels[start] === -1 || out[start] !== -1) continue
    const label = labels[start]
    let adjacent = next
    let size = 1
    out[start] = next
    queue[0] = start
    for (let visited = 0; visited < size && size < maximumSize; visited++) {
      const at = queue[visited]
      const x = at % width
      const y = Math.floor(at / width) % height
      const z = Math.floor(at / (width * height))
      for (const { dz, dy, dx, shift } of steps) {
        if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height || z + dz < 0 || z + dz >= depth) continue
        const to = at + shift
        if (labels[to] === label && out[to] === -1) {
          out[to] = next
          queue[size++] = to
          if (size >= maximumSize) break
        } else if (out[to] !== -1 && out[to] !== next) adjacent = out[to]
      }
    }
    if (size < minimumSize) for (let i = 0; i < size; i++) out[queue[i]] = adjacent
    else next++
  }
  return out
}

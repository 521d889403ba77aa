import { counterRandom } from '../tensor/random.ts'

const rounds = 20_000
const tolerance = 1e-14

function normalise(v: Float64Array): number {
  let sum = 0
  for (const a of v) sum += a * a
  const length = Math.sqrt(sum)
  if (length > 0) for (let i = 0; i < v.length; i++) v[i] /= length
  return length
}

/**
 * Projection of the rows of a matrix on its first right singular vector, by power iteration in double precision.
 *
 * matrix  [rows, columns] in C order, columns already centred
 * returns one value per row; all zero for a zero matrix. The sign is not determined
 */
export function firstProjection(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const direction = Float64Array.from({ length: columns }, (_, c) => counterRandom(0).normal(0, 0, c))
  normalise(direction)
  const projection = new Float64Array(rows)
  const next = new Float64Array(columns)
  const project = () => {
    for (let r = 0; r < rows; r++) {
      let sum = 0
      for (let c = 0; c < columns; c++) sum += matrix[r * columns + c] * direction[c]
      projection[r] = sum
    }
  }
  for (let round = 0; round < rounds; round++) {
    project()
    next.fill(0)
    for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) next[c] += matrix[r * columns + c] * projection[r]
    if (normalise(next) === 0) return projection.fill(0)
    let change = 0
    for (let c = 0; c < columns; c++) {
      change += (next[c] - direction[c]) ** 2
      direction[c] = next[c]
    }
    if (change < tolerance * tolerance) break
  }
  project()
  return projection
}

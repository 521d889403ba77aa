import { channelOffsets, type ItemGeometry } from '../attribution/item-geometry.ts'
import { sizeOf } from '../tensor/tensor.ts'

/** A neighbour: its step and the weight of its link. */
interface Link {
  readonly step: readonly number[]
  readonly weight: number
}

/**
 * Links to all neighbours of a position. In 2-D: edges 1/6, corners 1/12. In other dimensions a neighbour across k axes weighs
 * 1/2^(k−1) of a direct one, as the corner does in 2-D; only ratios matter, since weights are normalised.
 */
function links(rank: number): Link[] {
  const out: Link[] = []
  for (let code = 0; code < 3 ** rank; code++) {
    const step = Array.from({ length: rank }, (_, axis) => (Math.floor(code / 3 ** axis) % 3) - 1)
    const across = step.filter((d) => d !== 0).length
    if (across > 0) out.push({ step, weight: 1 / 6 / 2 ** (across - 1) })
  }
  return out
}

/** The removed positions as unknowns of L u = b, with L symmetric: Σ_j w_j (u_i − u_j) = 0. */
interface ImputationSystem {
  readonly positions: Uint32Array
  /** Neighbours of unknown i: list[from[i] … from[i+1]), as positions, with weights. */
  readonly from: Int32Array
  readonly neighbour: Int32Array
  readonly weight: Float64Array
  /** Number of the unknown at a position, −1 where it is known. */
  readonly unknown: Int32Array
  readonly diagonal: Float64Array
}

function makeSystem(positions: Uint32Array, dims: readonly number[]): ImputationSystem {
  const strides = dims.map((_, axis) => sizeOf(dims.slice(axis + 1)))
  const unknown = new Int32Array(sizeOf(dims)).fill(-1)
  positions.forEach((q, i) => {
    unknown[q] = i
  })
  const all = links(dims.length)
  const from = new Int32Array(positions.length + 1)
  const neighbour = new Int32Array(positions.length * all.length)
  const weight = new Float64Array(neighbour.length)
  const diagonal = new Float64Array(positions.length)
  let at = 0
  positions.forEach((q, i) => {
    for (const link of all) {
      let to = q
      const inside = link.step.every((d, axis) => {
        const place = (Math.floor(q / strides[axis]) % dims[axis]) + d
        to += d * strides[axis]
        return place >= 0 && place < dims[axis]
      })
      if (!inside) continue
      neighbour[at] = to
      weight[at++] = link.weight
      diagonal[i] += link.weight
    }
    from[i + 1] = at
  })
  return { positions, from, neighbour, weight, unknown, diagonal }
}

function multiply(
  { from, neighbour, weight, unknown, diagonal }: ImputationSystem,
  u: Float64Array,
  out: Float64Array,
): void {
  for (let i = 0; i < u.length; i++) {
    let sum = diagonal[i] * u[i]
    for (let k = from[i]; k < from[i + 1]; k++) {
      const j = unknown[neighbour[k]]
      if (j >= 0) sum -= weight[k] * u[j]
    }
    out[i] = sum
  }
}

const tolerance = 1e-10

/** Conjugate gradients with the diagonal as preconditioner, from a starting guess. */
function conjugateGradients(system: ImputationSystem, right: Float64Array, u: Float64Array): void {
  const n = u.length
  const product = new Float64Array(n)
  multiply(system, u, product)
  const rest = right.map((b, i) => b - product[i])
  const scaled = rest.map((r, i) => r / system.diagonal[i])
  const direction = scaled.slice()
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((s, v, i) => s + v * b[i], 0)
  const goal = tolerance * tolerance * Math.max(dot(right, right), 1e-300)
  let energy = dot(rest, scaled)
  for (let round = 0; round < 10 * n + 100 && dot(rest, rest) > goal; round++) {
    multiply(system, direction, product)
    const step = energy / dot(direction, product)
    for (let i = 0; i < n; i++) {
      u[i] += step * direction[i]
      rest[i] -= step * product[i]
      scaled[i] = rest[i] / system.diagonal[i]
    }
    const next = dot(rest, scaled)
    for (let i = 0; i < n; i++) direction[i] = scaled[i] + (next / energy) * direction[i]
    energy = next
  }
}

/**
 * Replaces positions by the weighted mean of their neighbours, all of them solved together, every channel by itself.
 *
 *   Σ_j w_j (x_j − x_i) = 0 over the neighbours inside the image, w = 1/6 across an edge, 1/12 across a corner
 *
 * At least one position must stay known.
 * source  Rong et al. 2022, arXiv:2202.00449 (ROAD)
 */
export function impute(x: Float32Array, positions: Uint32Array, geometry: ItemGeometry): Float64Array {
  const out = Float64Array.from(x)
  if (positions.length === 0) return out
  const system = makeSystem(positions, geometry.spatialDims)
  for (let c = 0; c < geometry.channels; c++) {
    const offsets = channelOffsets(geometry, c)
    const right = new Float64Array(positions.length)
    let mean = 0
    for (let i = 0; i < positions.length; i++) {
      for (let k = system.from[i]; k < system.from[i + 1]; k++) {
        if (system.unknown[system.neighbour[k]] < 0) right[i] += system.weight[k] * x[offsets[system.neighbour[k]]]
      }
    }
    for (const at of offsets) mean += x[at] / offsets.length
    const u = new Float64Array(positions.length).fill(mean)
    conjugateGradients(system, right, u)
    positions.forEach((q, i) => {
      out[offsets[q]] = u[i]
    })
  }
  return out
}

import { int, intAttribute, stringAttribute } from '../../graph/attributes.ts'
import type { NodeContext } from '../context.ts'
import { range, sizeOf } from '../dims.ts'
import type { Emit } from '../emit.ts'
import type { Operator } from '../operator.ts'

/** Where the grid points lie along one spatial axis of the image, as tensors [N, points]. */
interface Place {
  /** Pixel position after padding. */
  readonly at: string
  /** d position / d grid value; null where it is not wanted. */
  readonly slope: string | null
  readonly size: number
}

/** One neighbouring pixel: its weight, its place, and the derivative of its weight by each axis' position. */
interface Corner {
  readonly weight: string
  /** int64 [N, points], flat over the image; places outside are moved to the border and weigh nothing. */
  readonly index: string
  readonly slopes: readonly string[]
}

/**
 * GridSample: the image [N, C, …in] read at the points of a grid [N, …out, axes] (last axis x, y, z; −1 … 1), linearly,
 * by cubic polynomials (pictures only) or at the nearest pixel.
 *
 *   image  receives g times the pixel weights, added up at the pixels read
 *   grid   receives Σ over channels and pixels of g · pixel · d weight / d position · d position / d grid
 *
 * Outside the image, a position is moved before a linear interpolation, each neighbour for itself before a cubic one.
 *
 * errors  autodiff.unsupported: cubic interpolation of volumes, which ONNX Runtime does not run either
 * source  ONNX operator set, GridSample 16, 20, 22; Jaderberg et al. 2015, arXiv:1506.02025; Keys 1981 with a = −0.75
 */
export const GridSample: Operator = {
  opType: 'GridSample',
  domain: '',
  role: 'shape',
  vjp: (c) => {
    const mode = stringAttribute(c.node, 'mode', 'bilinear')
    const cubic = mode.endsWith('cubic')
    if (cubic && c.dims().length !== 4) c.refuse('interpolates volumes by cubic polynomials')
    const places = spatialAxes(c).map((axis) => placeOf(c, axis, !cubic))
    const corners = mode === 'nearest' ? [nearestCorner(c, places)] : (cubic ? cubicCorners : linearCorners)(c, places)
    const image = c.needs(0) ? imageGradient(c, corners) : null
    if (!c.needs(1)) return [image, null]
    return [image, mode === 'nearest' ? c.emit.zeros(c.dims(1)) : gridGradient(c, places, corners)]
  },
}

const spatialAxes = (c: NodeContext): number[] => range(0, c.dims().length - 2)
const pointCount = (c: NodeContext): number => sizeOf(c.dims(1).slice(1, -1))

function placeOf(c: NodeContext, axis: number, movesInside: boolean): Place {
  const { emit } = c
  const rank = c.dims(1).length
  const size = c.dims()[axis + 2]
  const aligned = intAttribute(c.node, 'align_corners', 0) === 1
  // The last axis of the grid counts from the fastest spatial axis.
  const column = c.dims(1)[rank - 1] - 1 - axis
  const grid = emit.reshape(emit.slice(c.input(1), [column], [column + 1], [rank - 1]), [c.dims(1)[0], pointCount(c)])
  const scale = (aligned ? size - 1 : size) / 2
  const raw = emit.add(emit.mul(grid, scale), (size - 1) / 2)
  const padded = movesInside ? throughPadding(c, raw, size, aligned) : { at: raw, slope: null }
  const slope = c.needs(1) ? emit.mul(padded.slope ?? onesLike(emit, raw), scale) : null
  return { at: padded.at, slope, size }
}

function onesLike(emit: Emit, x: string): string {
  return emit.expand(emit.reshape(emit.float(1), [1, 1]), emit.dims(x))
}

/** Positions outside the image: left where they are (zeros), moved to the border, or mirrored at it. */
function throughPadding(
  c: NodeContext,
  at: string,
  size: number,
  aligned: boolean,
): { at: string; slope: string | null } {
  const { emit } = c
  const mode = stringAttribute(c.node, 'padding_mode', 'zeros')
  if (mode === 'zeros') return { at, slope: null }
  const clamp = (x: string): string => emit.min(emit.max(x, 0), size - 1)
  const inside = (x: string): string => emit.indicator(emit.and(emit.greater(x, 0), emit.less(x, size - 1)))
  if (mode === 'border') return { at: clamp(at), slope: inside(at) }
  const low = aligned ? 0 : -0.5
  const length = aligned ? size - 1 : size
  if (length === 0) return { at: clamp(emit.mul(at, 0)), slope: emit.mul(at, 0) }
  // A triangle wave: |u − 2·length·⌊(u + length) / (2·length)⌋| with u = position − low.
  const u = emit.sub(at, low)
  const turns = emit.unary('Floor', emit.mul(emit.add(u, length), 1 / (2 * length)))
  const wave = emit.sub(u, emit.mul(turns, 2 * length))
  const mirrored = emit.add(emit.unary('Abs', wave), low)
  return { at: clamp(mirrored), slope: emit.mul(emit.unary('Sign', wave), inside(mirrored)) }
}

/** Flat places of pixels given by whole-number positions per axis, and 1 where all lie inside the image. */
function pixel(emit: Emit, positions: readonly string[], sizes: readonly number[]): { index: string; inside: string } {
  let flat: string | null = null
  let inside: string | null = null
  positions.forEach((at, axis) => {
    const held = emit.min(emit.max(at, 0), sizes[axis] - 1)
    const hit = emit.indicator(emit.equal(held, at))
    flat = flat === null ? held : emit.add(emit.mul(flat, sizes[axis]), held)
    inside = inside === null ? hit : emit.mul(inside, hit)
  })
  return { index: emit.cast(flat ?? positions[0], 'int64'), inside: inside ?? positions[0] }
}

function nearestCorner(c: NodeContext, places: readonly Place[]): Corner {
  const { emit } = c
  const rounded = places.map(({ at }) => emit.unary('Round', at))
  const { index, inside } = pixel(
    emit,
    rounded,
    places.map(({ size }) => size),
  )
  return { weight: inside, index, slopes: [] }
}

/** The 2^axes pixels around each point. */
function linearCorners(c: NodeContext, places: readonly Place[]): Corner[] {
  const { emit } = c
  const below = places.map(({ at }) => emit.unary('Floor', at))
  const fractions = places.map(({ at }, axis) => emit.sub(at, below[axis]))
  const sizes = places.map(({ size }) => size)
  return range(0, 2 ** places.length).map((bits): Corner => {
    const upper = places.map((_, axis) => ((bits >> axis) & 1) === 1)
    const { index, inside } = pixel(
      emit,
      below.map((at, axis) => (upper[axis] ? emit.add(at, 1) : at)),
      sizes,
    )
    const factors = fractions.map((f, axis) => (upper[axis] ? f : emit.sub(1, f)))
    const product = (skipped: number): string =>
      factors.reduce((all, factor, axis) => (axis === skipped ? all : emit.mul(all, factor)), inside)
    const slopes = c.needs(1) ? places.map((_, axis) => emit.mul(product(axis), upper[axis] ? 1 : -1)) : []
    return { weight: product(-1), index, slopes }
  })
}

/** a of the cubic kernel. */
const bend = -0.75

/** c₀ + c₁·d + c₂·d² + c₃·d³. */
function polynomial(emit: Emit, d: string, [c0, c1, c2, c3]: readonly number[]): string {
  const upper = emit.add(emit.mul(emit.add(emit.mul(d, c3), c2), d), c1)
  return emit.add(emit.mul(upper, d), c0)
}

/** Weight of the neighbour `offset` cells beyond the one below, and its derivative by the position. */
function cubicWeight(emit: Emit, fraction: string, offset: number): { weight: string; slope: string } {
  const near = offset === 0 || offset === 1
  const [c0, c1, c2, c3] = near ? [1, 0, -(bend + 3), bend + 2] : [-4 * bend, 8 * bend, -5 * bend, bend]
  const below = offset <= 0
  const distance = below ? emit.add(fraction, -offset) : emit.sub(offset, fraction)
  const sign = below ? 1 : -1
  return {
    weight: polynomial(emit, distance, [c0, c1, c2, c3]),
    slope: polynomial(emit, distance, [sign * c1, sign * 2 * c2, sign * 3 * c3, 0]),
  }
}

/** The 4 × 4 pixels around each point of a picture. */
function cubicCorners(c: NodeContext, places: readonly Place[]): Corner[] {
  const { emit } = c
  const aligned = intAttribute(c.node, 'align_corners', 0) === 1
  const neighbours = places.map(({ at, size }) => {
    const below = emit.unary('Floor', at)
    const fraction = emit.sub(at, below)
    return range(-1, 3).map((offset) => {
      const position = throughPadding(c, emit.add(below, offset), size, aligned).at
      return { position, ...cubicWeight(emit, fraction, offset) }
    })
  })
  const sizes = places.map(({ size }) => size)
  return neighbours[0].flatMap((a) =>
    neighbours[1].map((b): Corner => {
      const { index, inside } = pixel(emit, [a.position, b.position], sizes)
      const product = (p: string, q: string): string => emit.mul(emit.mul(p, q), inside)
      const slopes = c.needs(1) ? [product(a.slope, b.weight), product(a.weight, b.slope)] : []
      return { weight: product(a.weight, b.weight), index, slopes }
    }),
  )
}

/** [N, points] → [N, 1, points]. */
const overChannels = (emit: Emit, x: string): string => emit.reshape(x, [emit.dims(x)[0], 1, emit.dims(x)[1]])

function imageGradient(c: NodeContext, corners: readonly Corner[]): string {
  const { emit } = c
  const [n, channels, ...space] = c.dims()
  const g = emit.reshape(c.g(), [n, channels, pointCount(c)])
  const updates = corners.map(({ weight }) => emit.mul(g, overChannels(emit, weight)))
  const indices = corners.map(({ index }) => emit.expand(overChannels(emit, index), [n, channels, pointCount(c)]))
  const flat = emit.zeros([n, channels, sizeOf(space)])
  const summed = emit.scatter(flat, emit.concat(indices, 2), emit.concat(updates, 2), 2, true)
  return emit.reshape(summed, c.dims())
}

function gridGradient(c: NodeContext, places: readonly Place[], corners: readonly Corner[]): string {
  const { emit } = c
  const [n, channels, ...space] = c.dims()
  const points = pointCount(c)
  const image = emit.reshape(c.input(0), [n, channels, sizeOf(space)])
  const g = emit.reshape(c.g(), [n, channels, points])
  const met = corners.map(({ index }) => {
    const read = emit.expand(overChannels(emit, index), [n, channels, points])
    const pixels = emit.node('GatherElements', [image, read], [n, channels, points], { axis: int(2) })
    return emit.reduce('ReduceSum', emit.mul(g, pixels), [1], false)
  })
  const columns = places.map(({ slope }, axis) => {
    const terms = corners.map(({ slopes }, k) => emit.mul(met[k], slopes[axis]))
    const total = slope === null ? emit.sum(terms) : emit.mul(emit.sum(terms), slope)
    return emit.reshape(total, [n, points, 1])
  })
  return emit.reshape(emit.concat(columns.reverse(), 2), c.dims(1))
}

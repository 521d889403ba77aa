import { intAttribute, intsAttribute, stringAttribute } from '../graph/attributes.ts'
import type { NodeContext } from './context.ts'
import { sizeOf } from './dims.ts'
import type { ConvGeometry, Emit } from './emit.ts'

/** Kernel, strides, dilations and resolved pads of a window operator, one entry per spatial axis. */
export interface WindowGeometry {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly before: readonly number[]
  readonly after: readonly number[]
  readonly input: readonly number[]
  readonly output: readonly number[]
}

/**
 * Geometry of Conv and the pools, y[o] = Σₜ w[t]·x[o·s + t·d − before]. `auto_pad` is resolved where a file still has it:
 * SAME_UPPER puts the odd cell at the end, SAME_LOWER at the beginning.
 */
export function windowOf(c: NodeContext, kernel: readonly number[]): WindowGeometry {
  const n = kernel.length
  const ones = kernel.map(() => 1)
  const strides = intsAttribute(c.node, 'strides', ones)
  const dilations = intsAttribute(c.node, 'dilations', ones)
  const input = c.dims(0).slice(2)
  const output = c.outputDims().slice(2)
  const auto = stringAttribute(c.node, 'auto_pad', 'NOTSET')
  let pads = intsAttribute(
    c.node,
    'pads',
    kernel.flatMap(() => [0, 0]),
  )
  if (auto === 'VALID') pads = kernel.flatMap(() => [0, 0])
  if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') {
    const total = kernel.map((k, i) =>
      Math.max(0, (output[i] - 1) * strides[i] + (k - 1) * dilations[i] + 1 - input[i]),
    )
    const small = total.map((t) => Math.floor(t / 2))
    const large = total.map((t, i) => t - small[i])
    pads = auto === 'SAME_UPPER' ? [...small, ...large] : [...large, ...small]
  }
  return { kernel, strides, dilations, before: pads.slice(0, n), after: pads.slice(n, 2 * n), input, output }
}

/** Geometry of a Conv node, from its weights [M, C/group, …kernel]. */
export function convWindow(c: NodeContext): WindowGeometry & { readonly group: number } {
  return { ...windowOf(c, c.dims(1).slice(2)), group: intAttribute(c.node, 'group', 1) }
}

export function convGeometry(w: WindowGeometry & { readonly group: number }): ConvGeometry {
  return { strides: w.strides, dilations: w.dilations, pads: [...w.before, ...w.after], group: w.group }
}

/**
 * Weights for the transposed convolution written as a convolution: [M, C/group, …k] → [C, M/group, …k], reversed in
 * space. Written as nodes on a constant, which the runtime folds when it loads the graph.
 */
export function flipWeights(emit: Emit, weights: string, group: number): string {
  return emit.flip(
    swapChannels(emit, weights, group),
    emit
      .dims(weights)
      .map((_, i) => i)
      .slice(2),
  )
}

/** [M, C/group, …k] → [C, M/group, …k]. */
export function swapChannels(emit: Emit, weights: string, group: number): string {
  const [m, c, ...k] = emit.dims(weights)
  const cells = sizeOf(k)
  if (group === 1) return emit.transpose(weights, [1, 0, ...k.map((_, i) => i + 2)])
  const grouped = emit.transpose(emit.reshape(weights, [group, m / group, c, cells]), [0, 2, 1, 3])
  return emit.reshape(grouped, [group * c, m / group, ...k])
}

/** Puts `step − 1` zeros between neighbours along each spatial axis: length n becomes (n − 1)·step + 1. */
export function zeroInterleave(emit: Emit, x: string, strides: readonly number[]): string {
  if (strides.every((s) => s === 1)) return x
  const [n, c, ...space] = emit.dims(x)
  const apart = emit.reshape(x, [n, c, ...space.flatMap((d) => [d, 1])])
  const none = [0, 0, ...space.flatMap(() => [0, 0])]
  const padded = emit.pad(apart, none, [0, 0, ...strides.flatMap((s) => [0, s - 1])])
  const wide = emit.reshape(padded, [n, c, ...space.map((d, i) => d * strides[i])])
  return emit.pad(wide, [0, 0, ...space.map(() => 0)], [0, 0, ...strides.map((s) => 1 - s)])
}

/** Widest piece of a row that is spread by one small product of matrices. */
const PIECE = 32

/**
 * Puts `step − 1` zeros behind every element of a plane [N, C, H, W]: length n becomes n·step. Along rows by a product with a
 * matrix of ones and zeros, which moves numbers several times faster than a pad of single elements.
 */
export function zerosBetween(emit: Emit, x: string, strides: readonly number[]): string {
  const [n, c, height, width] = emit.dims(x)
  const [down, along] = strides
  let piece = Math.min(width, PIECE)
  while (width % piece !== 0) piece--
  const spread = new Float32Array(piece * piece * along)
  for (let i = 0; i < piece; i++) spread[i * piece * along + i * along] = 1
  const matrix = emit.floats([piece, piece * along], spread)
  const pieces = emit.reshape(x, [(n * c * height * width) / piece, piece])
  const rows = emit.reshape(along === 1 ? pieces : emit.matMul(pieces, matrix), [n, c, height, 1, width * along])
  return emit.reshape(emit.pad(rows, [0, 0, 0, 0, 0], [0, 0, 0, down - 1, 0]), [n, c, height * down, width * along])
}

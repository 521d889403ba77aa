import { intAttribute, ints, string } from '../graph/attributes.ts'
import type { NodeContext } from './context.ts'
import { sizeOf } from './dims.ts'
import type { Emit } from './emit.ts'
import { transposedConv } from './transposed-conv.ts'
import { type WindowGeometry, zeroInterleave } from './windows.ts'

/**
 * Transposed box sum: each x[i] receives the sum of q over the windows that cover it. q [N, C, …out] → [N, C, …in].
 *
 * Windows that tile the input without gaps: each value is repeated. Otherwise zeros are put between neighbours
 * (stride > 1) and a box average at stride 1 adds up, far faster than a grouped ConvTranspose.
 */
export function transposedBox(emit: Emit, q: string, w: WindowGeometry): string {
  const [n, c] = emit.dims(q)
  const tiled = w.kernel.every((k, i) => k === w.strides[i] && w.before[i] === 0 && w.output[i] * k <= w.input[i])
  if (w.dilations.some((d, i) => d !== 1 && w.kernel[i] !== 1)) {
    const single = emit.reshape(q, [n * c, 1, ...w.output])
    const ones = emit.expand(emit.reshape(emit.float(1), [1, 1, ...w.kernel.map(() => 1)]), [1, 1, ...w.kernel])
    return emit.reshape(transposedConv(emit, single, ones, { ...w, group: 1 }), [n, c, ...w.input])
  }
  if (tiled) {
    const joined = repeated(emit, q, w.kernel)
    const rest = w.input.map((d, i) => d - w.output[i] * w.kernel[i])
    return emit.pad(joined, [0, 0, ...rest.map(() => 0)], [0, 0, ...rest])
  }
  return boxSum(emit, zeroInterleave(emit, q, w.strides), w)
}

/** Every value repeated along each spatial axis. In the plane Resize does it at the speed of memory. */
function repeated(emit: Emit, q: string, times: readonly number[]): string {
  const [n, c, ...space] = emit.dims(q)
  const dims = [n, c, ...space.map((d, i) => d * times[i])]
  if (space.length === 2) {
    const attributes = {
      mode: string('nearest'),
      coordinate_transformation_mode: string('asymmetric'),
      nearest_mode: string('floor'),
    }
    return emit.node('Resize', [q, '', emit.floats([4], [1, 1, ...times])], dims, attributes)
  }
  const apart = emit.reshape(q, [n, c, ...space.flatMap((d) => [d, 1])])
  return emit.reshape(emit.expand(apart, [n, c, ...space.flatMap((d, i) => [d, times[i]])]), dims)
}

/** Box sums at stride 1 whose result has the input's size: length + before′ + after′ − (k − 1) = in. */
function boxSum(emit: Emit, x: string, w: WindowGeometry): string {
  const [n, c, ...length] = emit.dims(x)
  const before = w.kernel.map((k, i) => k - 1 - w.before[i])
  const after = w.kernel.map((k, i) => w.input[i] - length[i] + k - 1 - before[i])
  // The pool takes pads from 0 to k − 1; what lies beyond is cropped or filled with zeros first.
  const inside = (p: number, i: number): number => Math.min(Math.max(p, 0), w.kernel[i] - 1)
  const poolBefore = before.map(inside)
  const poolAfter = after.map(inside)
  const fitted = emit.pad(
    x,
    [0, 0, ...before.map((p, i) => p - poolBefore[i])],
    [0, 0, ...after.map((p, i) => p - poolAfter[i])],
  )
  const cells = sizeOf(w.kernel)
  if (cells === 1) return fitted
  const attributes = {
    kernel_shape: ints(w.kernel),
    strides: ints(w.kernel.map(() => 1)),
    pads: ints([...poolBefore, ...poolAfter]),
    count_include_pad: { kind: 'int', value: 1 } as const,
  }
  return emit.mul(emit.node('AveragePool', [fitted], [n, c, ...w.input], attributes), cells)
}

/** Cells of each window that lie inside the input, per axis. */
function validCells(w: WindowGeometry, axis: number): number[] {
  return Array.from({ length: w.output[axis] }, (_, o) => {
    let count = 0
    for (let t = 0; t < w.kernel[axis]; t++) {
      const at = o * w.strides[axis] + t * w.dilations[axis] - w.before[axis]
      if (at >= 0 && at < w.input[axis]) count++
    }
    return count
  })
}

/**
 * The reciprocal of the number by which an average pool divides at each output position, as a number where it is the same
 * everywhere, else as a tensor [1, 1, …out].
 *
 * Where windows hang over the border the runtime itself is asked: pooling ones gives valid ÷ divisor.
 */
export function inverseDivisor(c: NodeContext, w: WindowGeometry): string | number {
  const { emit } = c
  const valid = w.kernel.map((_, axis) => validCells(w, axis))
  const includes = intAttribute(c.node, 'count_include_pad', 0) === 1
  const full = w.kernel.every((k, a) => valid[a].every((v) => v === k))
  const end = (a: number): number => (w.output[a] - 1) * w.strides[a] + (w.kernel[a] - 1) * w.dilations[a] + 1
  const within = w.kernel.every((_, a) => end(a) <= w.input[a] + w.before[a] + w.after[a])
  if (full || (includes && within)) return 1 / sizeOf(w.kernel)
  const ones = emit.floats([1, 1, ...w.input], new Float32Array(sizeOf(w.input)).fill(1))
  const dims = [1, 1, ...w.output]
  const pooled = emit.node(c.node.opType, [ones], dims, c.node.attributes)
  let counts = [1]
  for (const perAxis of valid) counts = counts.flatMap((n) => perAxis.map((v) => n * v))
  return emit.mul(
    pooled,
    emit.floats(
      dims,
      counts.map((n) => 1 / Math.max(1, n)),
    ),
  )
}

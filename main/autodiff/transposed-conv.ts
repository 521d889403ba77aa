import { int, ints } from '../graph/attributes.ts'
import { range } from './dims.ts'
import type { Emit } from './emit.ts'
import { flipWeights, swapChannels, type WindowGeometry, zerosBetween } from './windows.ts'

type Geometry = WindowGeometry & { readonly group: number }

/**
 * Vector–Jacobian product of a convolution: s [N, M, …out], W [M, C/group, …k] → [N, C, …in]. Leaving out the batch,
 *
 *   forward    y(m, o) = Σ_{c,t} W(m, c, t) · x(c, o·stride + t·dilation − before)
 *   backward   x̄(c, i) = Σ_{m,t,o : o·stride + t·dilation − before = i} W(m, c, t) · s(m, o)
 *
 * At stride 1 this is a convolution with flipped weights. Strided and flat (1-D, 2-D): ConvTranspose, or where each channel has
 * its own kernel the flipped convolution of s with zeros between, twice as fast there. Strided in 3-D: one stride-1 convolution
 * per phase of the stride, interleaved; ConvTranspose is 4 to 7 times slower there.
 * source  Dumoulin & Visin 2016, arXiv:1603.07285
 */
export function transposedConv(emit: Emit, s: string, weights: string, w: Geometry): string {
  if (w.strides.every((v) => v === 1)) return flippedConv(emit, s, weights, w)
  const isDepthwise = emit.dims(weights)[0] === w.group && emit.dims(weights)[1] === 1
  if (w.kernel.length === 2 && isDepthwise) return flippedConv(emit, zerosBetween(emit, s, w.strides), weights, w)
  if (w.kernel.length >= 3 && w.dilations.every((d) => d === 1)) return phasedConv(emit, s, weights, w)
  return convTranspose(emit, s, weights, w)
}

/** Stride 1; a strided s comes with its zeros between. */
function flippedConv(emit: Emit, s: string, weights: string, w: Geometry): string {
  const reach = w.kernel.map((k, i) => (k - 1) * w.dilations[i])
  const before = reach.map((r, i) => r - w.before[i])
  const after = reach.map((r, i) => w.input[i] - emit.dims(s)[i + 2] + r - before[i])
  // A negative pad cuts the border off; the convolution itself takes only pads of zero and more.
  const cut = (amounts: readonly number[]): number[] => [0, 0, ...amounts.map((a) => Math.min(0, a))]
  const cropped = emit.pad(s, cut(before), cut(after))
  const pads = [...before, ...after].map((p) => Math.max(0, p))
  const flipped = flipWeights(emit, weights, w.group)
  const dims = [emit.dims(s)[0], emit.dims(flipped)[0], ...w.input]
  const geometry = { strides: w.kernel.map(() => 1), dilations: w.dilations, pads, group: w.group }
  return emit.conv(cropped, flipped, null, geometry, dims)
}

function convTranspose(emit: Emit, s: string, weights: string, w: Geometry): string {
  const channels = emit.dims(weights)[1] * w.group
  const full = w.kernel.map((k, i) => (w.output[i] - 1) * w.strides[i] + (k - 1) * w.dilations[i] + 1)
  const extra = w.input.map((n, i) => n - (full[i] - w.before[i] - w.after[i]))
  const attributes = {
    strides: ints(w.strides),
    dilations: ints(w.dilations),
    pads: ints([...w.before, ...w.after]),
    output_padding: ints(extra),
    group: int(w.group),
    kernel_shape: ints(w.kernel),
  }
  return emit.node('ConvTranspose', [s, weights], [emit.dims(s)[0], channels, ...w.input], attributes)
}

/**
 * With j = i + before = stride·q + r, only taps t ≡ r (mod stride) meet phase r, so phase r is the stride-1 convolution
 * of s with those taps reversed. The phases are laid side by side and merged by Reshape and Transpose.
 */
function phasedConv(emit: Emit, s: string, weights: string, w: Geometry): string {
  const axes = range(0, w.kernel.length)
  const batch = emit.dims(s)[0]
  const channels = emit.dims(weights)[1] * w.group
  const length = axes.map((a) => Math.ceil((w.before[a] + w.input[a]) / w.strides[a]))
  const swapped = swapChannels(emit, weights, w.group)
  let phases: number[][] = [[]]
  for (const a of axes) phases = phases.flatMap((p) => range(0, w.strides[a]).map((r) => [...p, r]))
  const reached = phases.filter((p) => p.every((r, a) => r < w.kernel[a]))
  const made = new Map(reached.map((p) => [p.join(), phase(emit, s, swapped, w, p, length)]))
  const spread = (x: string): string => {
    const apart = emit.reshape(x, [batch, ...w.strides, channels, ...length])
    const n = axes.length
    const perm = [0, n + 1, ...axes.flatMap((a) => [n + 2 + a, 1 + a])]
    return emit.reshape(emit.transpose(apart, perm), [batch, channels, ...length.map((q, a) => q * w.strides[a])])
  }
  let wide: string
  if (reached.length === 1) {
    // A kernel of one cell: phase 0 alone is filled, the rest is zeros.
    const apart = emit.reshape(made.get(reached[0].join())!, [batch, channels, ...length.flatMap((q) => [q, 1])])
    const ends = [0, 0, ...w.strides.flatMap((v) => [0, v - 1])]
    const padded = emit.pad(
      apart,
      ends.map(() => 0),
      ends,
    )
    wide = emit.reshape(padded, [batch, channels, ...length.map((q, a) => q * w.strides[a])])
  } else {
    const zeros = reached.length < phases.length ? emit.zeros([batch, channels, ...length]) : ''
    wide = spread(
      emit.concat(
        phases.map((p) => made.get(p.join()) ?? zeros),
        1,
      ),
    )
  }
  const spatial = axes.map((a) => a + 2)
  return emit.slice(
    wide,
    [...w.before],
    w.before.map((b, a) => b + w.input[a]),
    spatial,
  )
}

/** One phase: [N, C, …length]. */
function phase(
  emit: Emit,
  s: string,
  swapped: string,
  w: Geometry,
  residue: readonly number[],
  length: readonly number[],
): string {
  const spatial = w.kernel.map((_, a) => a + 2)
  const taps = w.kernel.map((k, a) => Math.ceil((k - residue[a]) / w.strides[a]))
  const last = taps.map((t, a) => residue[a] + (t - 1) * w.strides[a])
  const kernel = emit.slice(
    swapped,
    last,
    residue.map((r, a) => Math.max(r - w.strides[a], -1)),
    spatial,
    w.strides.map((v) => -v),
  )
  const before = taps.map((t) => t - 1)
  const after = length.map((q, a) => q - w.output[a])
  const cropped = emit.pad(s, [0, 0, ...spatial.map(() => 0)], [0, 0, ...after.map((v) => Math.min(0, v))])
  const ones = spatial.map(() => 1)
  const pads = [...before, ...after.map((v) => Math.max(0, v))]
  const geometry = { strides: ones, dilations: ones, pads, group: w.group }
  return emit.conv(cropped, kernel, null, geometry, [emit.dims(s)[0], emit.dims(swapped)[0], ...length])
}

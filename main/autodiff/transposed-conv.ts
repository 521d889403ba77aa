import { int, ints } from '../graph/attributes.ts'
import type { Emit } from './emit.ts'
import { type PhasedGeometry, phasedConv, stackedPhases } from './phased-conv.ts'
import { flipWeights, zerosBetween } from './windows.ts'

/** Channels of a picture, or of a scan: more fill the processor by themselves. */
const FEW = 4

/**
 * Vector–Jacobian product of a convolution: s [N, M, …out], W [M, C/group, …k] → [N, C, …in]. Leaving out the batch,
 *
 *   forward    y(m, o) = Σ_{c,t} W(m, c, t) · x(c, o·stride + t·dilation − before)
 *   backward   x̄(c, i) = Σ_{m,t,o : o·stride + t·dilation − before = i} W(m, c, t) · s(m, o)
 *
 * At stride 1 this is a convolution with flipped weights. Strided and flat (1-D, 2-D): ConvTranspose, or where each channel has
 * its own kernel the flipped convolution of s with zeros between, twice as fast there. Strided in 3-D: one stride-1 convolution
 * per phase of the stride, interleaved; ConvTranspose is 4 to 7 times slower there. Where few channels come out, as at the image itself,
 * all phases are one convolution: a product of matrices with three rows leaves most of the processor idle.
 * source  Dumoulin & Visin 2016, arXiv:1603.07285
 */
export function transposedConv(emit: Emit, s: string, weights: string, w: PhasedGeometry): string {
  if (w.strides.every((v) => v === 1)) return flippedConv(emit, s, weights, w)
  const isPlain = w.dilations.every((d) => d === 1)
  const channels = emit.dims(weights)[1] * w.group
  if (isPlain && w.group === 1 && channels <= FEW) return stackedPhases(emit, s, weights, w)
  const isDepthwise = emit.dims(weights)[0] === w.group && emit.dims(weights)[1] === 1
  if (w.kernel.length === 2 && isDepthwise) return flippedConv(emit, zerosBetween(emit, s, w.strides), weights, w)
  if (w.kernel.length >= 3 && isPlain) return phasedConv(emit, s, weights, w)
  return convTranspose(emit, s, weights, w)
}

/** Stride 1; a strided s comes with its zeros between. */
function flippedConv(emit: Emit, s: string, weights: string, w: PhasedGeometry): string {
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

function convTranspose(emit: Emit, s: string, weights: string, w: PhasedGeometry): string {
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

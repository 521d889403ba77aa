import { range } from './dims.ts'
import type { Emit } from './emit.ts'
import { swapChannels, type WindowGeometry } from './windows.ts'

export type PhasedGeometry = WindowGeometry & { readonly group: number }

/** Remainders by the strides, the last axis running fastest, and how many positions each phase has. */
interface Phases {
  readonly all: readonly (readonly number[])[]
  readonly length: readonly number[]
}

function phasesOf(w: PhasedGeometry): Phases {
  const axes = range(0, w.kernel.length)
  let all: number[][] = [[]]
  for (const a of axes) all = all.flatMap((p) => range(0, w.strides[a]).map((r) => [...p, r]))
  return { all, length: axes.map((a) => Math.ceil((w.before[a] + w.input[a]) / w.strides[a])) }
}

/**
 * With j = i + before = stride·q + r, only taps t ≡ r (mod stride) meet phase r, so phase r is the stride-1 convolution
 * of s with those taps reversed. The phases are laid side by side and merged by Reshape and Transpose.
 */
export function phasedConv(emit: Emit, s: string, weights: string, w: PhasedGeometry): string {
  const batch = emit.dims(s)[0]
  const channels = emit.dims(weights)[1] * w.group
  const { all, length } = phasesOf(w)
  const swapped = swapChannels(emit, weights, w.group)
  const reached = all.filter((p) => p.every((r, a) => r < w.kernel[a]))
  const taps = (p: readonly number[]) => w.kernel.map((k, a) => Math.ceil((k - p[a]) / w.strides[a]))
  const made = new Map(
    reached.map((p) => [p.join(), convolved(emit, s, tapsOfPhase(emit, swapped, w, p, taps(p)), w, taps(p), length)]),
  )
  if (reached.length === 1) {
    // A kernel of one cell: phase 0 alone is filled, the rest is zeros.
    const apart = emit.reshape(made.get(reached[0].join())!, [batch, channels, ...length.flatMap((q) => [q, 1])])
    const ends = [0, 0, ...w.strides.flatMap((v) => [0, v - 1])]
    const none = ends.map(() => 0)
    const wide = emit.reshape(emit.pad(apart, none, ends), [batch, channels, ...length.map((q, a) => q * w.strides[a])])
    return cropped(emit, wide, w)
  }
  const zeros = reached.length < all.length ? emit.zeros([batch, channels, ...length]) : ''
  const phases = all.map((p) => made.get(p.join()) ?? zeros)
  return cropped(emit, interleaved(emit, emit.concat(phases, 1), w, length), w)
}

/** All phases as output channels of one stride-1 convolution; taps that a phase lacks are zeros. `group` is 1. */
export function stackedPhases(emit: Emit, s: string, weights: string, w: PhasedGeometry): string {
  const { all, length } = phasesOf(w)
  const taps = w.kernel.map((k, a) => Math.ceil(k / w.strides[a]))
  const none = [0, 0, ...w.kernel.map(() => 0)]
  const lacking = w.kernel.map((k, a) => taps[a] * w.strides[a] - k)
  const filled = emit.pad(swapChannels(emit, weights, 1), none, [0, 0, ...lacking])
  const kernels = all.map((p) => tapsOfPhase(emit, filled, w, p, taps))
  const stacked = convolved(emit, s, emit.concat(kernels, 0), w, taps, length)
  return cropped(emit, interleaved(emit, stacked, w, length), w)
}

/** The taps of one phase, last first: [C, M/group, …taps]. */
function tapsOfPhase(
  emit: Emit,
  swapped: string,
  w: PhasedGeometry,
  phase: readonly number[],
  taps: readonly number[],
): string {
  return emit.slice(
    swapped,
    taps.map((t, a) => phase[a] + (t - 1) * w.strides[a]),
    phase.map(() => -1),
    w.kernel.map((_, a) => a + 2),
    w.strides.map((v) => -v),
  )
}

/** Stride-1 convolution of s with reversed taps: [N, kernel's outputs, …length]. */
function convolved(
  emit: Emit,
  s: string,
  kernel: string,
  w: PhasedGeometry,
  taps: readonly number[],
  length: readonly number[],
): string {
  const none = taps.map(() => 0)
  const after = length.map((q, a) => q - w.output[a])
  const cut = emit.pad(s, [0, 0, ...none], [0, 0, ...after.map((v) => Math.min(0, v))])
  const pads = [...taps.map((t) => t - 1), ...after.map((v) => Math.max(0, v))]
  const ones = taps.map(() => 1)
  const geometry = { strides: ones, dilations: ones, pads, group: w.group }
  return emit.conv(cut, kernel, null, geometry, [emit.dims(s)[0], emit.dims(kernel)[0], ...length])
}

/** [N, phases·C, …length], phases outermost, to [N, C, …length·stride]. */
function interleaved(emit: Emit, x: string, w: PhasedGeometry, length: readonly number[]): string {
  const [batch, stacked] = emit.dims(x)
  const channels = stacked / w.strides.reduce((a, b) => a * b, 1)
  const n = length.length
  const apart = emit.reshape(x, [batch, ...w.strides, channels, ...length])
  const perm = [0, n + 1, ...range(0, n).flatMap((a) => [n + 2 + a, 1 + a])]
  return emit.reshape(emit.transpose(apart, perm), [batch, channels, ...length.map((q, a) => q * w.strides[a])])
}

function cropped(emit: Emit, wide: string, w: PhasedGeometry): string {
  return emit.slice(
    wide,
    [...w.before],
    w.before.map((b, a) => b + w.input[a]),
    w.kernel.map((_, a) => a + 2),
  )
}

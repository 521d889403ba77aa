import { range } from './dims.ts'
import type { Emit } from './emit.ts'
import type { WindowGeometry } from './windows.ts'

/** Lowest float32; a shader need not know infinity. */
const LOWEST = -3.4028234663852886e38

/** What a max pool carries back: values at its outputs, its input and its output. */
export interface Pooled {
  readonly values: string
  readonly x: string
  readonly y: string
}

/** One cell of the window: its offset per axis in the padded input. */
type Tap = readonly number[]

/**
 * Values [N, C, …out] carried to the winning cells of [N, C, …in] without the Indices output of the pool. Each tap t of the
 * window, in C order, is the padded input shifted by t·dilation and strided,
 *
 *   x_t(o) = x(o·stride + t·dilation − before),   lost_t = x_t < y,   v_{t+1} = v_t·lost_t,   v_0 = values
 *
 * and receives v_t − v_{t+1}: the value itself where the tap is the first that reaches the maximum, else 0. The last tap
 * receives what is left, so nothing is lost or counted twice.
 *
 * check   equals scattering to Indices
 * source  ONNX operator set, MaxPool 12: of equal values the first in row-major order is told
 */
export function carryToTaps(emit: Emit, { values, x, y }: Pooled, w: WindowGeometry): string {
  const axes = range(0, w.kernel.length)
  const length = axes.map((a) => (w.output[a] - 1) * w.strides[a] + (w.kernel[a] - 1) * w.dilations[a] + 1)
  const after = length.map((l, a) => l - w.before[a] - w.input[a])
  const padded = emit.pad(x, [0, 0, ...w.before], [0, 0, ...after], LOWEST)
  const taps = tapsOf(w)
  const shares: string[] = []
  let left = values
  for (const tap of taps.slice(0, -1)) {
    const lost = emit.indicator(emit.less(shifted(emit, padded, tap, w), y))
    const rest = emit.mul(left, lost)
    shares.push(emit.sub(left, rest))
    left = rest
  }
  shares.push(left)
  return putBack(emit, taps, shares, length, w)
}

function tapsOf({ kernel, dilations }: WindowGeometry): Tap[] {
  let taps: number[][] = [[]]
  kernel.forEach((k, a) => {
    taps = taps.flatMap((tap) => range(0, k).map((t) => [...tap, t * dilations[a]]))
  })
  return taps
}

/** The cell of every window that lies at `tap`: [N, C, …out]. */
function shifted(emit: Emit, padded: string, tap: Tap, w: WindowGeometry): string {
  const ends = tap.map((t, a) => t + (w.output[a] - 1) * w.strides[a] + 1)
  const spatial = tap.map((_, a) => a + 2)
  return emit.slice(padded, tap, ends, spatial, w.strides)
}

/**
 * Shares of the taps added up where they were read. Positions j = stride·q + r of the padded input are gathered per phase r at
 * the size of the output, where a tap of offset stride·m + r is shifted by m; then the phases are interleaved.
 */
function putBack(
  emit: Emit,
  taps: readonly Tap[],
  shares: readonly string[],
  length: readonly number[],
  w: WindowGeometry,
): string {
  const axes = range(0, w.kernel.length)
  const [batch, channels] = emit.dims(shares[0])
  const rows = axes.map((a) => Math.ceil(Math.max(length[a], w.before[a] + w.input[a]) / w.strides[a]))
  const terms = new Map<string, string[]>()
  taps.forEach((tap, i) => {
    const begins = tap.map((t, a) => Math.floor(t / w.strides[a]))
    const ends = begins.map((m, a) => rows[a] - w.output[a] - m)
    const placed = emit.pad(shares[i], [0, 0, ...begins], [0, 0, ...ends])
    const phase = tap.map((t, a) => t % w.strides[a]).join()
    terms.set(phase, [...(terms.get(phase) ?? []), placed])
  })
  let phases: number[][] = [[]]
  for (const a of axes) phases = phases.flatMap((p) => range(0, w.strides[a]).map((r) => [...p, r]))
  const zeros = terms.size < phases.length ? emit.zeros([batch, channels, ...rows]) : ''
  const parts = phases.map((p) => {
    const own = terms.get(p.join())
    return own === undefined ? zeros : emit.sum(own)
  })
  const wide = interleaved(emit, parts, rows, w.strides)
  return emit.slice(
    wide,
    [...w.before],
    w.before.map((b, a) => b + w.input[a]),
    axes.map((a) => a + 2),
  )
}

/** Phases [N, C, …rows], the last axis fastest, merged to [N, C, …rows·stride]; one axis after the other keeps ranks low. */
function interleaved(
  emit: Emit,
  phases: readonly string[],
  rows: readonly number[],
  strides: readonly number[],
): string {
  let parts = phases
  const size = [...rows]
  for (let a = rows.length - 1; a >= 0; a--) {
    const step = strides[a]
    if (step === 1) continue
    const dims = emit.dims(parts[0]).slice(0, 2)
    const apart = [...dims, ...size.slice(0, a + 1), 1, ...size.slice(a + 1)]
    size[a] = rows[a] * step
    const groups = range(0, parts.length / step).map((i) => parts.slice(i * step, (i + 1) * step))
    parts = groups.map((group) =>
      emit.reshape(
        emit.concat(
          group.map((part) => emit.reshape(part, apart)),
          a + 3,
        ),
        [...dims, ...size],
      ),
    )
  }
  return parts[0]
}

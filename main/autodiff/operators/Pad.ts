import { stringAttribute } from '../../graph/attributes.ts'
import { scatterAlongAxis } from '../along-axis.ts'
import { normaliseAxis, range } from '../dims.ts'
import { shape } from '../operator.ts'

/**
 * Pad: a border around x. Constant borders are cut off g; reflected, repeated and wrapped ones add what arrives to the
 * cells they copied, one axis after the other. Negative pads cut x, so g gets zeros there.
 *
 * source  ONNX operator set, Pad 2, 11, 13, 18, 19, 21
 */
export const Pad = shape('Pad', (c) => {
  const { emit } = c
  const rank = c.dims().length
  const pads = c.integers(1, 'pads') ?? []
  const axes = (c.hasInput(3) ? c.integers(3, 'axes')! : range(0, pads.length / 2)).map((a) => normaliseAxis(a, rank))
  const before = new Array<number>(rank).fill(0)
  const after = new Array<number>(rank).fill(0)
  axes.forEach((axis, i) => {
    before[axis] = pads[i]
    after[axis] = pads[i + axes.length]
  })
  const mode = stringAttribute(c.node, 'mode', 'constant')
  if (mode === 'constant')
    return [
      emit.pad(
        c.g(),
        before.map((p) => -p),
        after.map((p) => -p),
      ),
    ]
  let g = c.g()
  for (const axis of range(0, rank)) {
    if (before[axis] === 0 && after[axis] === 0) continue
    const size = c.dims()[axis]
    const from = range(0, size + before[axis] + after[axis]).map((o) => sourceCell(mode, o - before[axis], size))
    g = scatterAlongAxis(emit, g, axis, from, size)
  }
  return [g]
})

/** The cell of x that a padded position copies. */
function sourceCell(mode: string, at: number, size: number): number {
  if (mode === 'edge') return Math.max(0, Math.min(size - 1, at))
  if (mode === 'wrap') return ((at % size) + size) % size
  if (size === 1) return 0
  const period = 2 * (size - 1)
  const folded = ((at % period) + period) % period
  return folded < size ? folded : period - folded
}

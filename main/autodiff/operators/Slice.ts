import { normaliseAxis, range } from '../dims.ts'
import type { Emit } from '../emit.ts'
import { shape } from '../operator.ts'

/**
 * Slice: y = x[starts : ends : steps]; g is put back among zeros, reversed first where the step is negative.
 *
 * Starts, ends, axes and steps are inputs from opset 10 on and attributes before.
 * errors  autodiff.computed-parameter: one of them is computed
 * source  ONNX operator set, Slice 1, 10, 11, 13
 */
export const Slice = shape('Slice', (c) => {
  const { emit } = c
  const starts = c.integers(1, 'starts') ?? []
  const axes = (c.integers(3, 'axes') ?? range(0, starts.length)).map((a) => normaliseAxis(a, c.dims().length))
  const steps = c.integers(4, 'steps') ?? starts.map(() => 1)
  let g = c.g()
  axes.forEach((axis, i) => {
    const size = c.dims()[axis]
    const count = emit.dims(g)[axis]
    if (count === 0) {
      g = emit.zeros(emit.dims(g).map((d, a) => (a === axis ? size : d)))
      return
    }
    const step = Math.abs(steps[i])
    const first = clampStart(starts[i], size, steps[i])
    const lowest = steps[i] > 0 ? first : first - (count - 1) * step
    const upright = steps[i] > 0 ? g : emit.flip(g, [axis])
    g = padAxis(emit, spread(emit, upright, axis, step), axis, lowest, size)
  })
  return [g]
})

function clampStart(start: number, size: number, step: number): number {
  const from = start < 0 ? start + size : start
  return Math.max(0, Math.min(from, step > 0 ? size : size - 1))
}

/** `step − 1` zeros between neighbours along one axis. */
function spread(emit: Emit, x: string, axis: number, step: number): string {
  if (step === 1) return x
  const dims = emit.dims(x)
  const apart = emit.reshape(x, [...dims.slice(0, axis + 1), 1, ...dims.slice(axis + 1)])
  const ends = [...dims.map(() => 0), 0]
  ends[axis + 1] = step - 1
  const wide = emit.reshape(
    emit.pad(
      apart,
      ends.map(() => 0),
      ends,
    ),
    dims.map((d, a) => (a === axis ? d * step : d)),
  )
  return emit.slice(wide, [0], [(dims[axis] - 1) * step + 1], [axis])
}

function padAxis(emit: Emit, x: string, axis: number, before: number, size: number): string {
  const dims = emit.dims(x)
  const only = (value: number): number[] => dims.map((_, a) => (a === axis ? value : 0))
  return emit.pad(x, only(before), only(size - before - dims[axis]))
}

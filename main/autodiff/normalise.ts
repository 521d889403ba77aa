import type { NodeContext } from './context.ts'
import { sizeOf } from './dims.ts'
import type { Emit } from './emit.ts'
import type { Operator } from './operator.ts'

/**
 * A normalisation y = γ·x̂ + β with x̂ = (x − mean)·r, r = 1/√(mean((x − mean)²) + ε), seen through a view of x in which
 * the statistics run over whole axes.
 */
export interface NormForm {
  /** Shape of the view. */
  readonly view: readonly number[]
  /** Axes of the view over which mean and variance are taken. */
  readonly axes: readonly number[]
  readonly epsilon: number
  /** false: no mean is subtracted (root mean square). */
  readonly centred: boolean
  /** g·γ, in the shape of the view. */
  scaled(g: string): string
}

export interface NormOperator extends Operator {
  readonly form: (c: NodeContext) => NormForm
}

/** Pieces of x̂, in the shape of the view. */
export interface Normalised {
  readonly centred: string
  readonly normal: string
  readonly inverse: string
  /** √(var + ε). */
  readonly deviation: string
}

export function meanOver(emit: Emit, x: string, axes: readonly number[]): string {
  return emit.reduce('ReduceMean', x, axes)
}

/** Mean and variance are computed again: the extra outputs of the normalising operators are not on every provider. */
export function normalised(emit: Emit, x: string, form: NormForm): Normalised {
  const view = emit.reshape(x, form.view)
  const centred = form.centred ? emit.sub(view, meanOver(emit, view, form.axes)) : view
  const variance = meanOver(emit, emit.mul(centred, centred), form.axes)
  const deviation = emit.unary('Sqrt', emit.add(variance, form.epsilon))
  const inverse = emit.unary('Reciprocal', deviation)
  return { centred, normal: emit.mul(centred, inverse), inverse, deviation }
}

/** Subtracts the mean over the form's axes where the form itself does. */
export function recentred(emit: Emit, u: string, form: NormForm): string {
  return form.centred ? emit.sub(u, meanOver(emit, u, form.axes)) : u
}

/**
 * A normalising operator:  x receives r·(u − mean(u) − x̂·mean(u·x̂)), u = g·γ, the first mean only where one was subtracted.
 * source  Ba, Kiros & Hinton 2016, arXiv:1607.06450; checked against autograd
 */
export function normOperator(opType: string, form: (c: NodeContext) => NormForm): NormOperator {
  return {
    opType,
    domain: '',
    role: 'norm',
    form,
    vjp: (c) => {
      const { emit } = c
      const f = form(c)
      const parts = normalised(emit, c.input(0), f)
      const u = f.scaled(c.g())
      const swing = emit.mul(parts.normal, meanOver(emit, emit.mul(u, parts.normal), f.axes))
      return [emit.reshape(emit.mul(parts.inverse, emit.sub(recentred(emit, u, f), swing)), c.dims())]
    },
  }
}

/** One value per channel [C] as [C, 1, …] against [N, C, …]. */
export function perChannel(c: NodeContext, values: string, rank: number): string {
  const count = sizeOf(c.emit.dims(values))
  return c.emit.reshape(values, [count, ...new Array<number>(Math.max(0, rank - 2)).fill(1)])
}

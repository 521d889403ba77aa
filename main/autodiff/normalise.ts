import type { NodeContext } from './context.ts'
import { sizeOf } from './dims.ts'
import type { Emit } from './emit.ts'

/** Pieces of x̂ = (x − mean)·r over some axes, r = 1/√(var + ε). */
export interface Normalised {
  readonly normal: string
  readonly inverse: string
}

export function meanOver(emit: Emit, x: string, axes: readonly number[]): string {
  return emit.reduce('ReduceMean', x, axes)
}

/** Mean and variance are computed again: the extra outputs of the normalising operators are not on every provider. */
export function normalised(emit: Emit, x: string, axes: readonly number[], epsilon: number): Normalised {
  const centred = emit.sub(x, meanOver(emit, x, axes))
  const variance = meanOver(emit, emit.mul(centred, centred), axes)
  const inverse = emit.unary('Reciprocal', emit.unary('Sqrt', emit.add(variance, epsilon)))
  return { normal: emit.mul(centred, inverse), inverse }
}

/**
 * Back through x̂ = (x − mean)·r:  r·(u − mean(u) − x̂·mean(u·x̂)).
 * source  Ba, Kiros & Hinton 2016, arXiv:1607.06450; checked against autograd (engine.md 5.1)
 */
export function throughNorm(emit: Emit, u: string, axes: readonly number[], parts: Normalised): string {
  const swing = emit.mul(parts.normal, meanOver(emit, emit.mul(u, parts.normal), axes))
  return emit.mul(parts.inverse, emit.sub(emit.sub(u, meanOver(emit, u, axes)), swing))
}

/** One value per channel [C] as [C, 1, …] against [N, C, …]. */
export function perChannel(c: NodeContext, values: string, rank: number): string {
  const count = sizeOf(c.emit.dims(values))
  return c.emit.reshape(values, [count, ...new Array<number>(Math.max(0, rank - 2)).fill(1)])
}

import type { Emit } from '../emit.ts'

/** Denominators other than the ε rule's are stabilised with this (CONTRACT: 1e-6, sign(0) = +1). */
export const stabiliser = 1e-6

/** R/stab(z), stab(z) = z + ε·sgn(z), sgn(0) = +1. */
export function shareOf(emit: Emit, relevance: string, z: string, epsilon: number): string {
  const signed = emit.where(emit.less(z, 0), -epsilon, epsilon)
  return emit.div(relevance, emit.add(z, signed))
}

import type { Value } from '../evaluate/value.ts'
import type { ElementType, Node } from '../model.ts'

/** What is known of a tensor before the model runs: type and shape, and for small constant ones the numbers. */
export interface Known {
  readonly type: ElementType
  readonly dims: readonly number[]
  readonly value: Value | null
}

/** Type and shape of a node's outputs from those of its inputs (null = absent input); null when nothing can be said. */
export type Inference = (node: Node, inputs: readonly (Known | null)[]) => readonly (Known | null)[] | null

export const known = (type: ElementType, dims: readonly number[]): Known => ({ type, dims, value: null })

/** One output, or nothing when its shape is null. */
export const one = (type: ElementType, dims: readonly number[] | null): readonly Known[] | null =>
  dims && [known(type, dims)]

/** The numbers of an input as a list; null when it is absent or computed. */
export const numbers = (input: Known | null | undefined): number[] | null =>
  input?.value ? Array.from(input.value.data) : null

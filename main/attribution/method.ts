import type { z } from 'zod'
import type { LayerTrace, ModelUnderStudy, Target } from '../inference/model-under-study.ts'
import type { Run } from '../shared/run.ts'
import type { Tensor } from '../tensor/tensor.ts'

export type MethodNeed = 'scores' | 'gradients' | 'activations' | 'rules' | 'attention'

export interface MethodInput {
  readonly model: ModelUnderStudy
  /** [N, …item], in model space (after the card's preprocessing). */
  readonly x: Tensor
  readonly target: Target
  /** The tensor named by `--layer`, or null for the default. */
  readonly layer: string | null
  readonly seed: number
}

/** The self-check kept beside each map; one entry per item. Absent where the method has none. */
export interface AttributionCheck {
  /** 'completeness' (path methods, DeepLIFT), 'conservation' (LRP), 'standard-error', 'fit' (LIME R²), 'additivity'. */
  readonly kind: string
  readonly values: Readonly<Record<string, readonly (number | null)[]>>
}

export interface Attribution {
  /** Pixel methods: the shape of x. Position methods: [N, 1, ...spatial]. Raw, signed, unscaled. */
  readonly map: Tensor
  readonly scores: Float64Array
  readonly check: AttributionCheck | null
  readonly warnings: readonly string[]
  /** Sums above and below every node of the backward walk, where `trace=true` asked for them. */
  readonly trace?: readonly LayerTrace[] | null
}

/** One saliency method: data from which flags, forms, validation and reference pages are made. */
export interface Method<P> {
  readonly id: string
  /** Raised whenever a number may change; part of every result's address. */
  readonly version: number
  readonly title: string
  readonly summary: string
  readonly source: string
  /** What a user must know besides: legal remarks, limits of the whole method. */
  readonly remark?: string
  readonly family: 'gradient' | 'cam' | 'backward-rule' | 'perturbation' | 'control'
  readonly output: 'pixel' | 'position'
  readonly needs: readonly MethodNeed[]
  /** Defaults are filled by the schema; `.meta({ title, description, unit })` on every field. Arrays arrive as Tensor. */
  readonly parameters: z.ZodType<P>
  /** Predicted cost of one item in forward passes F and gradients G. */
  cost(parameters: P, itemDims: readonly number[]): { forward: number; gradient: number }
  run(input: MethodInput, parameters: P, run: Run): Promise<Attribution>
}

import type { z } from 'zod'
import type { ModelUnderStudy, Target } from '../inference/model-under-study.ts'
import type { Run } from '../shared/run.ts'
import type { Tensor } from '../tensor/tensor.ts'

export type MetricNeed = 'map+mask' | 'two-maps' | 'map' | 'map+model'

/** What a metric may be given; which fields are present follows from `needs`. */
export interface MetricInput {
  /** [...spatial], or with leading batch and channel axes of x for metrics on the model. */
  readonly map: Tensor
  readonly mask?: Tensor
  readonly other?: Tensor
  readonly x?: Tensor
  readonly model?: ModelUnderStudy
  readonly target?: Target
  readonly seed: number
}

/** `value` null means undefined: `reason` then says why. NaN and Infinity never leave a metric. */
export interface Measurement {
  readonly value: number | null
  readonly reason?: string
  readonly chance?: number | null
  readonly curve?: { readonly x: readonly number[]; readonly y: readonly number[] }
  readonly warnings?: readonly string[]
  /** Further named values of the contract (area, threshold, aopc, …); plain numbers, strings or null. */
  readonly details?: Readonly<Record<string, unknown>>
}

export interface Metric<P> {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly summary: string
  readonly source: string
  readonly needs: MetricNeed
  readonly direction: 'higher' | 'lower' | 'none'
  readonly range: readonly [number | null, number | null]
  readonly parameters: z.ZodType<P>
  run(input: MetricInput, parameters: P, run: Run): Promise<Measurement>
}

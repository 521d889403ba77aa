import type { ParameterValues } from '../ui/ParameterForm.tsx'

export interface ChosenMethod {
  readonly method: string
  readonly parameters: ParameterValues
  readonly layer: string | null
}

export interface RunRequest {
  readonly volumeIds: string[]
  readonly modelId: string
  readonly target: number
  readonly negate: boolean
  readonly output: 'logit' | 'probability'
  readonly methods: { method: string; parameters: ParameterValues; layer?: string }[]
  readonly seed: number
}

export interface RunEstimate {
  readonly items: number
  readonly cached: number
  readonly forwardPasses: number
  readonly seconds: [number, number] | null
  readonly unavailable: { readonly method: string; readonly reason: string }[]
}

export interface RunChoice {
  readonly volumeIds: readonly string[]
  readonly modelId: string | null
  readonly targetIndex: number
  readonly output: 'logit' | 'probability'
  readonly seed: number
  readonly methods: readonly ChosenMethod[]
}

/** The request a complete choice makes; null while something is missing. */
export function runRequest(choice: RunChoice): RunRequest | null {
  if (choice.modelId === null || choice.volumeIds.length === 0 || choice.methods.length === 0) return null
  return {
    volumeIds: [...choice.volumeIds],
    modelId: choice.modelId,
    target: choice.targetIndex,
    negate: false,
    output: choice.output,
    seed: choice.seed,
    methods: choice.methods.map(({ method, parameters, layer }) =>
      layer === null ? { method, parameters } : { method, parameters, layer },
    ),
  }
}

import type { TargetMask } from '../../main/shared/domain/compute-request.ts'
import type { FieldSchema } from '../ui/json-schema.ts'
import type { ParameterValues } from '../ui/ParameterForm.tsx'
import type { PresetEntry } from '../ui/registries.ts'

export interface ChosenMethod {
  readonly method: string
  readonly parameters: ParameterValues
  readonly layer: string | null
}

export interface RunRequest {
  readonly volumeIds: string[]
  readonly modelId: string
  /** Instead of `targets`: null explains the highest score of each image. */
  readonly target?: number | null
  readonly targets?: number[]
  readonly targetMask?: TargetMask
  readonly references?: { readonly volumeIds: string[] }
  readonly negate: boolean
  readonly output: 'logit' | 'probability'
  readonly preset?: string
  readonly methods: { method: string; parameters: ParameterValues; layer?: string }[]
  readonly seed: number
}

export interface RunEstimate {
  readonly items: number
  readonly cached: number
  readonly forwardPasses: number
  readonly seconds: [number, number] | null
  readonly unavailable: { readonly method: string; readonly reason: string }[]
  readonly withoutMask: { readonly volumeId: string; readonly reason: string }[]
}

export interface RunChoice {
  readonly volumeIds: readonly string[]
  readonly modelId: string | null
  /** Classes by index; none: the highest score of each image. */
  readonly targets: readonly number[]
  readonly targetMask: TargetMask | null
  /** Reference cases by image, in order; null: no chosen method takes them. */
  readonly references: readonly string[] | null
  readonly output: 'logit' | 'probability'
  readonly preset: string | null
  readonly seed: number
  readonly methods: readonly ChosenMethod[]
}

/** The request a complete choice makes; null while something is missing. */
export function runRequest(choice: RunChoice): RunRequest | null {
  if (choice.modelId === null || choice.volumeIds.length === 0 || choice.methods.length === 0) return null
  const { targets, targetMask, references, preset } = choice
  if (references?.length === 0) return null
  return {
    volumeIds: [...choice.volumeIds],
    modelId: choice.modelId,
    ...(targets.length > 1 ? { targets: [...targets] } : { target: targets[0] ?? null }),
    ...(targetMask === null ? {} : { targetMask }),
    ...(references === null ? {} : { references: { volumeIds: [...references] } }),
    negate: false,
    output: choice.output,
    ...(preset === null ? {} : { preset }),
    seed: choice.seed,
    methods: choice.methods.map(({ method, parameters, layer }) =>
      layer === null ? { method, parameters } : { method, parameters, layer },
    ),
  }
}

/** 'a', 'a and b', 'a, b and c'. */
function listed(names: readonly string[]): string {
  const [last, ...before] = names.toReversed()
  return before.length === 0 ? last : `${before.toReversed().join(', ')} and ${last}`
}

/** Why a run cannot start yet, in words; null when its request is complete. `needing`: titles of the methods that take references. */
export function missingWords(choice: RunChoice, needing: readonly string[]): string | null {
  const missing = [
    ...(choice.volumeIds.length === 0 ? ['at least one image'] : []),
    ...(choice.modelId === null ? ['a model'] : []),
    ...(choice.methods.length === 0 ? ['at least one method'] : []),
  ]
  if (missing.length > 0) return `Choose ${listed(missing)}.`
  if (choice.references?.length !== 0) return null
  return `${listed(needing)} ${needing.length === 1 ? 'needs' : 'need'} reference cases: choose some beside the parameters.`
}

/** Why a method cannot be chosen under a preset; null when it can. */
export function presetReason(preset: PresetEntry | null, method: string): string | null {
  return preset === null || Object.hasOwn(preset.methods, method) ? null : `Not in ${preset.source}.`
}

/** The chosen methods that a preset has, and those it does not. */
export function underPreset(
  preset: PresetEntry | null,
  chosen: readonly ChosenMethod[],
): { readonly kept: ChosenMethod[]; readonly dropped: ChosenMethod[] } {
  const { kept = [], dropped = [] } = Object.groupBy(chosen, ({ method }) =>
    presetReason(preset, method) === null ? 'kept' : 'dropped',
  )
  return { kept, dropped }
}

/** A method's form with the preset's values as its defaults, so that only what the user changes is sent. */
export function presetDefaults(schema: FieldSchema, preset: PresetEntry | null, method: string): FieldSchema {
  const values = preset?.methods[method]
  if (values === undefined) return schema
  const properties = Object.entries(schema.properties ?? {}).map(([name, field]) => [
    name,
    Object.hasOwn(values, name) ? { ...field, default: values[name] } : field,
  ])
  return { ...schema, properties: Object.fromEntries(properties) as Record<string, FieldSchema> }
}

/** What a preset sets of a method, as words: “steps 50, rule gauss-legendre”; empty when it leaves the defaults. */
export function presetWords(preset: PresetEntry | null, method: string): string {
  return Object.entries(preset?.methods[method] ?? {})
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')
}

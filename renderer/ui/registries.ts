import { useQuery } from '@tanstack/react-query'
import { getJson } from '../app/api.ts'
import type { FieldSchema } from './json-schema.ts'

/** A method as /api/methods tells it; forms, menus and sentences are made from it. */
export interface MethodEntry {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly source: string
  readonly family: 'gradient' | 'cam' | 'backward-rule' | 'perturbation' | 'control'
  readonly output: 'pixel' | 'position'
  readonly needs: readonly string[]
  readonly version: number
  readonly parameters: FieldSchema
}

/** Published settings as /api/presets tells them. */
export interface PresetEntry {
  readonly id: string
  readonly title: string
  readonly source: string
  readonly output?: 'logit' | 'probability'
  /** Method → the parameters it sets. */
  readonly methods: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly notes: readonly string[]
}

export interface MetricEntry {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly source: string
  readonly needs: 'map+mask' | 'two-maps' | 'map' | 'map+model'
  readonly direction: 'higher' | 'lower' | 'none'
  readonly version: number
  readonly parameters: FieldSchema
}

export const FAMILIES = [
  { id: 'gradient', title: 'Gradients' },
  { id: 'backward-rule', title: 'Backward rules' },
  { id: 'cam', title: 'Class activation' },
  { id: 'perturbation', title: 'Perturbation' },
  { id: 'control', title: 'Controls' },
] as const satisfies readonly { id: MethodEntry['family']; title: string }[]

const forever = { staleTime: Number.POSITIVE_INFINITY } as const
export const useMethods = () =>
  useQuery({
    queryKey: ['methods'],
    queryFn: ({ signal }) => getJson<MethodEntry[]>('/api/methods', signal),
    ...forever,
  })
export const usePresets = () =>
  useQuery({
    queryKey: ['presets'],
    queryFn: ({ signal }) => getJson<PresetEntry[]>('/api/presets', signal),
    ...forever,
  })
export const useMetrics = () =>
  useQuery({
    queryKey: ['metrics'],
    queryFn: ({ signal }) => getJson<MetricEntry[]>('/api/metrics', signal),
    ...forever,
  })

/** Required parameters that only a file can give: such a method cannot be started from a form. References are cases of the project. */
export const needsArray = (entry: { parameters: FieldSchema }) =>
  (entry.parameters.required ?? []).some(
    (name) => name !== 'references' && entry.parameters.properties?.[name]?.format === 'array',
  )

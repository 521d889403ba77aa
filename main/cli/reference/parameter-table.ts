import type { z } from 'zod'
import { parametersJsonSchema } from '../../attribution/parameters.ts'
import { table } from './markdown.ts'

type Schema = Readonly<Record<string, unknown>>

function oneOption(schema: Schema): string {
  if (Array.isArray(schema.enum)) return schema.enum.map(String).join(', ')
  if (schema.const !== undefined) return String(schema.const)
  if (schema.format === 'array') return '@array.npy'
  if (schema.type === 'boolean') return 'true, false'
  if (schema.type === 'integer' || schema.type === 'number') return numbers(schema)
  if (typeof schema.pattern === 'string') return schema.pattern.startsWith('^blur:') ? 'blur:SIGMA' : 'a word'
  if (schema.type === 'array') return 'a list'
  return schema.type === 'object' ? 'parameters' : 'a word'
}

function numbers(schema: Schema): string {
  const kind = schema.type === 'integer' ? 'whole number' : 'number'
  const safe = Number.MAX_SAFE_INTEGER
  const bound = (value: unknown): number | null => (typeof value === 'number' && Math.abs(value) < safe ? value : null)
  const least = bound(schema.minimum)
  const above = bound(schema.exclusiveMinimum)
  const most = bound(schema.maximum)
  const below = bound(schema.exclusiveMaximum)
  const parts = [
    least === null ? '' : `≥ ${least}`,
    above === null ? '' : `> ${above}`,
    most === null ? '' : `≤ ${most}`,
    below === null ? '' : `< ${below}`,
  ].filter((part) => part !== '')
  return parts.length > 0 ? `${kind} ${parts.join(', ')}` : kind
}

/** What a field takes, in words. */
function taken(schema: Schema): string {
  const options = (schema.anyOf as readonly Schema[] | undefined) ?? [schema]
  return [...new Set(options.map(oneOption))].join(', ')
}

const PREFIXES: Readonly<Record<string, string>> = {
  ofParameters: 'of.NAME',
  baseParameters: 'base.NAME',
  segmenterParameters: 'segmenter.NAME',
}

function defaultOf(schema: Schema, required: boolean): string {
  if (required) return 'must be given'
  if (schema.default === undefined) return 'none'
  return typeof schema.default === 'object' ? 'its own' : String(schema.default)
}

export interface ParameterRow {
  readonly name: string
  readonly takes: string
  readonly byDefault: string
  readonly meaning: string
}

/** The parameters of a method, metric or segmenter as they are written after --set. */
export function parameterRows(schema: z.ZodType): ParameterRow[] {
  const json = parametersJsonSchema(schema)
  const fields = Object.entries((json.properties ?? {}) as Record<string, Schema>)
  const required = new Set((json.required ?? []) as readonly string[])
  return fields.map(([name, field]) => {
    const unit = typeof field.unit === 'string' ? ` Unit: ${field.unit}.` : ''
    return {
      name: PREFIXES[name] ?? name,
      takes: taken(field),
      byDefault: defaultOf(field, required.has(name)),
      meaning: `${typeof field.description === 'string' ? field.description : ''}${unit}`.trim(),
    }
  })
}

/** The parameters of a method, metric or segmenter as a table; a sentence when there are none. */
export function parameterTable(schema: z.ZodType): string {
  const rows = parameterRows(schema)
  if (rows.length === 0) return 'No parameters of its own.'
  return table(
    ['parameter', 'takes', 'default', 'meaning'],
    rows.map(({ name, takes, byDefault, meaning }) => [`\`${name}\``, takes, byDefault, meaning]),
  )
}

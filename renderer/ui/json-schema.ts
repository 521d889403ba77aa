/** The part of JSON Schema that the registries' parameters use. */
export interface FieldSchema {
  readonly type?: string
  readonly enum?: readonly (string | number)[]
  readonly const?: unknown
  readonly default?: unknown
  readonly title?: string
  readonly description?: string
  readonly unit?: string
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly anyOf?: readonly FieldSchema[]
  readonly properties?: Readonly<Record<string, FieldSchema>>
  readonly required?: readonly string[]
}

export type FieldKind =
  | { kind: 'boolean' }
  | { kind: 'number'; integer: boolean; minimum?: number; maximum?: number }
  | { kind: 'choice'; options: readonly string[] }
  | { kind: 'text'; hint: string }
  | { kind: 'array' }

/** Names of the fields that take an array from a file, alone or besides other values. */
export const arrayFields = (fields: readonly (readonly [string, FieldSchema])[]): string[] =>
  fields
    .filter(([, { format, anyOf = [] }]) => format === 'array' || anyOf.some((option) => option.format === 'array'))
    .map(([name]) => name)

const LARGEST = Number.MAX_SAFE_INTEGER

function numberKind(schema: FieldSchema): FieldKind {
  const minimum = schema.minimum ?? schema.exclusiveMinimum
  return {
    kind: 'number',
    integer: schema.type === 'integer',
    minimum: minimum !== undefined && minimum > -LARGEST ? minimum : undefined,
    maximum: schema.maximum !== undefined && schema.maximum < LARGEST ? schema.maximum : undefined,
  }
}

/**
 * How one parameter is asked for. A union of a number and words becomes a text field that takes either (its hint lists
 * the words); a field that can only be an array is told as such and cannot be typed.
 */
export function fieldKind(schema: FieldSchema): FieldKind {
  if (schema.anyOf !== undefined) {
    const words = schema.anyOf.flatMap((option) =>
      (option.enum ?? (option.const !== undefined ? [option.const] : [])).map(String),
    )
    const typed = schema.anyOf.filter((option) => option.format !== 'array')
    if (typed.length === 0) return { kind: 'array' }
    if (typed.length === 1 && words.length === 0) return fieldKind(typed[0])
    if (typed.every((option) => option.enum !== undefined || option.const !== undefined))
      return { kind: 'choice', options: words }
    const blur = typed.some((option) => option.pattern?.includes('blur')) ? ['blur:SIGMA'] : []
    return { kind: 'text', hint: ['a number', ...words, ...blur].join(', ') }
  }
  if (schema.format === 'array') return { kind: 'array' }
  if (schema.enum !== undefined) return { kind: 'choice', options: schema.enum.map(String) }
  if (schema.type === 'boolean') return { kind: 'boolean' }
  if (schema.type === 'integer' || schema.type === 'number') return numberKind(schema)
  return { kind: 'text', hint: '' }
}

/** Text of a union field as the value the API takes: a number where it reads as one. */
export function valueOfText(text: string): string | number {
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text.trim()
}

/** "Maximum distance" from maximumDistance, where a field has no title of its own. */
export const titleOf = (name: string, schema: FieldSchema) =>
  schema.title ??
  name.replaceAll(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`).replace(/^./, (letter) => letter.toUpperCase())

/** Title and unit, "Window, positions"; the title alone where it names the unit already ("Cells"). */
export function labelOf(name: string, schema: FieldSchema): string {
  const title = titleOf(name, schema)
  const { unit } = schema
  return unit === undefined || title.toLowerCase() === unit.toLowerCase() ? title : `${title}, ${unit}`
}

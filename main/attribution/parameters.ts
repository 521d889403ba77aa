import { z } from 'zod'
import type { Target } from '../inference/model-under-study.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { isTensor } from './array-parameter.ts'

/** A value as the command line and the API give it: number, true/false, word, or an array already read. */
export type FlatValue = unknown
export type FlatRecord = Readonly<Record<string, FlatValue>>

/** What a request says beside the method's own parameters. */
export interface Settings<P> {
  readonly parameters: P
  readonly output: Target['output']
  readonly negate: boolean
  readonly seed: number
}

interface HasParameters<P> {
  readonly id: string
  readonly parameters: z.ZodType<P>
}

/** Parameters of a wrapped method, written `of.NAME` or `base.NAME`, are gathered under one key of the schema. */
const wrapped: readonly { prefix: string; key: string }[] = [
  { prefix: 'of.', key: 'ofParameters' },
  { prefix: 'base.', key: 'baseParameters' },
  { prefix: 'segmenter.', key: 'segmenterParameters' },
]

function gather(flat: FlatRecord): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(flat)) {
    const group = wrapped.find(({ prefix }) => name.startsWith(prefix))
    if (!group) out[name] = value
    else out[group.key] = { ...(out[group.key] as object | undefined), [name.slice(group.prefix.length)]: value }
  }
  return out
}

/** How a value reads in an error message. */
function shown(value: unknown): string {
  if (isTensor(value)) return `an array of [${value.dims.join(', ')}]`
  return value === undefined ? 'nothing' : JSON.stringify(value)
}

const shapeOf = (schema: z.ZodType): Record<string, z.ZodType> => (schema instanceof z.ZodObject ? schema.shape : {})

/** Names of the parameters as a request writes them. */
export function parameterNames(schema: z.ZodType): string[] {
  return Object.keys(shapeOf(schema)).map(
    (key) => wrapped.find((group) => group.key === key)?.prefix.concat('NAME') ?? key,
  )
}

/** What a field takes, in words. */
function allowed(schema: z.ZodType | undefined): string {
  if (!schema) return ''
  const json = fieldSchema(schema)
  const options = (json.anyOf as Record<string, unknown>[] | undefined) ?? [json]
  const words = options.flatMap((o) => {
    if (Array.isArray(o.enum)) return o.enum.map(String)
    if (o.const !== undefined) return [String(o.const)]
    if (o.format === 'array') return ['an array (@file.npy)']
    if (o.type === 'integer' || o.type === 'number') return [numberWords(o)]
    if (typeof o.pattern === 'string') return [o.pattern.startsWith('^blur:') ? 'blur:SIGMA' : 'a word']
    return [o.type === 'boolean' ? 'true or false' : 'a word']
  })
  return words.join(', ')
}

function numberWords(o: Record<string, unknown>): string {
  const kind = o.type === 'integer' ? 'a whole number' : 'a number'
  const low =
    o.minimum !== undefined
      ? ` from ${o.minimum}`
      : o.exclusiveMinimum !== undefined
        ? ` above ${o.exclusiveMinimum}`
        : ''
  const high = typeof o.maximum === 'number' && o.maximum < Number.MAX_SAFE_INTEGER ? ` up to ${o.maximum}` : ''
  return kind + (low.includes('-9007199254740991') ? '' : low) + high
}

/**
 * Parses a flat record of parameters into a method's or metric's own, defaults filled in.
 *
 * flat    { steps: 20, 'of.steps': 12, … }; arrays are Tensors
 * code    the error code to refuse with
 * errors  `code`: names the parameter, the value found and what is allowed
 */
export function parseParameters<P>(
  thing: HasParameters<P>,
  flat: FlatRecord,
  code: 'attribution.parameter' | 'metrics.parameter' | 'segmentation.parameter' = 'attribution.parameter',
): P {
  const result = thing.parameters.safeParse(gather(flat))
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const detail = { thing: thing.id, issues: result.error.issues.length }
  if (issue.code === 'unrecognized_keys') {
    const names = parameterNames(thing.parameters)
    const known = names.length === 0 ? 'it takes none' : `it takes ${names.join(', ')}`
    throw new SaliscopeError(code, `${thing.id} has no parameter ${issue.keys[0]}; ${known}.`, {
      ...detail,
      parameter: issue.keys[0],
    })
  }
  const name = String(issue.path[0] ?? '')
  const value = gather(flat)[name]
  const words = allowed(shapeOf(thing.parameters)[name])
  const sentence =
    value === undefined
      ? `${thing.id} needs the parameter ${name}: ${words}.`
      : `${thing.id} cannot take ${shown(value)} for ${name}; it takes ${words}.`
  throw new SaliscopeError(code, sentence, { ...detail, parameter: name })
}

/** Takes `output`, `negate` and `seed`, which every method has, out of a flat record; the rest are the method's own. */
export function parseSettings<P>(
  thing: HasParameters<P>,
  flat: FlatRecord,
  code: 'attribution.parameter' | 'metrics.parameter' = 'attribution.parameter',
): Settings<P> {
  const { output = 'logit', negate = false, seed = 0, ...own } = flat
  const refuse = (name: string, value: unknown, words: string): never => {
    throw new SaliscopeError(code, `${thing.id} cannot take ${shown(value)} for ${name}; it takes ${words}.`, {
      parameter: name,
    })
  }
  if (output !== 'logit' && output !== 'probability') return refuse('output', output, 'logit or probability')
  if (typeof negate !== 'boolean') return refuse('negate', negate, 'true or false')
  if (typeof seed !== 'number' || !Number.isSafeInteger(seed)) return refuse('seed', seed, 'a whole number')
  return { parameters: parseParameters(thing, own, code), output, negate, seed }
}

/** A value as written on the command line; `@file.npy` stays a word for the caller to read. */
export function valueFromText(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

function fieldSchema(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as Record<string, unknown>
}

/** JSON Schema of a method's or metric's parameters for forms, flags and reference pages; arrays carry `format: 'array'`. */
export function parametersJsonSchema(schema: z.ZodType): Record<string, unknown> {
  return fieldSchema(schema)
}

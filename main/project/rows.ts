import type { z } from 'zod'
import { SaliscopeError } from '../shared/errors.ts'

const deepest = 64

function depthOf(text: string): number {
  let depth = 0
  let most = 0
  let quoted = false
  for (let n = 0; n < text.length; n++) {
    const c = text.charCodeAt(n)
    if (quoted) {
      if (c === 92) n++
      else if (c === 34) quoted = false
    } else if (c === 34) quoted = true
    else if (c === 123 || c === 91) most = Math.max(most, ++depth)
    else if (c === 125 || c === 93) depth--
  }
  return most
}

/**
 * A value read from the file, checked against its schema: a project may come from anywhere (C18).
 *
 * errors  project.damaged-row: names the item and the first field that is wrong
 */
export function checked<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = issue?.path.join('.') ?? ''
  throw new SaliscopeError(
    'project.damaged-row',
    `The stored ${what} is not readable (${field === '' ? '' : `${field}: `}${issue?.message ?? 'wrong form'}). It is left out; the rest works.`,
    {
      field,
    },
  )
}

export function fromJson<T>(schema: z.ZodType<T>, text: unknown, what: string): T {
  if (typeof text !== 'string' || depthOf(text) > deepest)
    throw new SaliscopeError('project.damaged-row', `The stored ${what} is not readable.`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new SaliscopeError('project.damaged-row', `The stored ${what} is not readable: its text is not JSON.`)
  }
  return checked(schema, value, what)
}

/** A value about to be written, checked by the same schema, so that what is stored can be read back. */
export function toJson<T>(schema: z.ZodType<T>, value: T, what: string): string {
  const result = schema.safeParse(value)
  if (!result.success) {
    const issue = result.error.issues[0]
    throw new SaliscopeError(
      'project.invalid',
      `The ${what} cannot be stored: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`,
    )
  }
  return JSON.stringify(result.data)
}

export function notFound(what: string, id: string): SaliscopeError {
  return new SaliscopeError(
    'project.not-found',
    `The project holds no ${what} “${id.slice(0, 80)}”. It may have been deleted; reload the list.`,
  )
}

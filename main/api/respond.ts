import type { Context } from 'hono'
import { validator } from 'hono/validator'
import type { z } from 'zod'
import { type ErrorCode, SaliscopeError } from '../shared/errors.ts'

const statuses: Readonly<Record<string, 400 | 401 | 403 | 404 | 409 | 413 | 429 | 500 | 507>> = {
  internal: 500,
  'api.not-found': 404,
  'api.route': 404,
  'api.no-project': 409,
  'api.jobs-running': 409,
  'api.read-only': 409,
  'api.not-granted': 403,
  'api.forbidden': 403,
  'api.handle': 404,
  'api.too-large': 413,
  'api.busy': 429,
  'project.not-found': 404,
  'project.missing': 404,
  'project.read-only': 409,
  'project.exists': 409,
  'project.duplicate': 409,
  'project.in-use': 409,
  'project.stroke-order': 409,
  'project.moved': 409,
  'project.closed': 409,
  'project.recent-work-missing': 409,
  'project.full': 507,
  'project.damaged-chunk': 500,
  'project.damaged-row': 500,
  'experiment.job-state': 409,
}

export const statusOf = (code: ErrorCode | string): 400 | 401 | 403 | 404 | 409 | 413 | 429 | 500 | 507 =>
  statuses[code] ?? 400

function invalid(issue: { path: readonly PropertyKey[]; message: string } | undefined): SaliscopeError {
  const field = issue?.path.map(String).join('.') ?? ''
  return new SaliscopeError(
    'api.invalid',
    `The request is not understood${field === '' ? '' : ` at “${field}”`}: ${issue?.message ?? 'wrong form'}.`,
    { field },
  )
}

export function parseOrRefuse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw invalid(result.error.issues[0])
}

/** Checks a JSON body. errors  api.invalid */
export const body = <S extends z.ZodType>(schema: S) =>
  validator('json', (value): z.output<S> => parseOrRefuse(schema as unknown as z.ZodType<z.output<S>>, value))

/** Checks the query part of the address. errors  api.invalid */
export const query = <S extends z.ZodType>(schema: S) =>
  validator('query', (value): z.output<S> => parseOrRefuse(schema as unknown as z.ZodType<z.output<S>>, value))

export interface BinaryHead {
  readonly type: string
  /** C order. */
  readonly shape: readonly number[]
  readonly bytes: number
  readonly sha256?: string
}

/** A raw little-endian body with its shape, type and, where known, hash in headers. */
export function binary(c: Context, head: BinaryHead, content: Uint8Array | ReadableStream<Uint8Array>): Response {
  const headers: Record<string, string> = {
    'Content-Type': 'application/octet-stream',
    'Content-Length': String(head.bytes),
    'X-Saliscope-Type': head.type,
    'X-Saliscope-Shape': head.shape.join(','),
  }
  if (head.sha256 !== undefined) headers['X-Saliscope-Sha256'] = head.sha256
  return c.body(content instanceof Uint8Array ? plain(content) : content, 200, headers)
}

/** Response bodies want memory that is not shared. */
export const plain = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)

/** An async generator as a body; leaving the page ends the generator. */
export function streamOf(parts: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await parts.next()
        if (next.done === true) controller.close()
        else controller.enqueue(next.value)
      },
      async cancel() {
        await parts.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

/** The body as bytes, refused beyond `limit`. errors  api.too-large */
export async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  const tooLarge = (): SaliscopeError =>
    new SaliscopeError(
      'api.too-large',
      `The body is larger than the ${Math.round(limit / 2 ** 20)} MB this route accepts.`,
      { limit },
      'limit',
    )
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge()
  if (request.body === null) return new Uint8Array(0)
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of request.body) {
    size += part.byteLength
    if (size > limit) throw tooLarge()
    parts.push(part)
  }
  return Buffer.concat(parts)
}

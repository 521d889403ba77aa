import type { ErrorEnvelope } from '../../main/shared/errors.ts'

/** A failure the API answered with: its message is a whole sentence that may be shown as it is. */
export class ApiError extends Error {
  readonly code: string
  readonly detail: Record<string, unknown>
  readonly status: number

  constructor(status: number, envelope: ErrorEnvelope) {
    super(envelope.message)
    this.name = 'ApiError'
    this.code = envelope.code
    this.detail = envelope.detail ?? {}
    this.status = status
  }
}

/**
 * The loopback token arrives once in the address (#token=…), is kept for this tab only and taken out of the address.
 * On the desktop the shell adds the token and the page never has it.
 */
function loopbackToken(): string | null {
  const match = /(?:^#|&)token=([0-9a-f]+)/.exec(window.location.hash)
  if (match) {
    sessionStorage.setItem('saliscope-token', match[1])
    window.history.replaceState(null, '', window.location.pathname + window.location.search)
  }
  return sessionStorage.getItem('saliscope-token')
}

const token = loopbackToken()

export function apiHeaders(extra: Record<string, string> = {}): Record<string, string> {
  return token === null ? extra : { ...extra, Authorization: `Bearer ${token}` }
}

async function failure(response: Response): Promise<ApiError> {
  const text = await response.text()
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && 'error' in body)
      return new ApiError(response.status, body.error as ErrorEnvelope)
  } catch {
    // Not JSON: an answer from outside the API, described below by its status.
  }
  return new ApiError(response.status, {
    code: 'api.unreachable',
    message: `The workstation answered with status ${response.status} and no explanation. Try again; if it stays, restart the program.`,
  })
}

/** One request; network failures become an ApiError with status 0. */
export async function apiFetch(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, {
      ...init,
      headers: apiHeaders({ ...(init.headers as Record<string, string> | undefined) }),
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, {
      code: 'api.unreachable',
      message: 'The workstation process does not answer. It is restarted by itself; nothing saved is lost.',
    })
  }
  if (!response.ok) throw await failure(response)
  return response
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await apiFetch(path, { signal })).json() as Promise<T>
}

export async function sendJson<T>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> {
  const init: RequestInit = { method }
  if (body !== undefined) {
    init.body = JSON.stringify(body)
    init.headers = { 'Content-Type': 'application/json' }
  }
  const response = await apiFetch(path, init)
  const text = await response.text()
  return (text === '' ? undefined : JSON.parse(text)) as T
}

const ARRAYS = {
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const
export type BinaryArray = InstanceType<(typeof ARRAYS)[keyof typeof ARRAYS]>

/** A raw little-endian body with its C-order shape. */
export async function getBinary(path: string, signal?: AbortSignal): Promise<{ shape: number[]; data: BinaryArray }> {
  const response = await apiFetch(path, { signal })
  const type = response.headers.get('X-Saliscope-Type') ?? 'uint8'
  const shape = (response.headers.get('X-Saliscope-Shape') ?? '').split(',').filter(Boolean).map(Number)
  if (!(type in ARRAYS))
    throw new ApiError(200, {
      code: 'api.unreachable',
      message: `The workstation sent values of the unknown type "${type}".`,
    })
  return { shape, data: new ARRAYS[type as keyof typeof ARRAYS](await response.arrayBuffer()) }
}

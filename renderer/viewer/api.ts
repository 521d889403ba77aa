import { type ErrorEnvelope, fromEnvelope, SaliscopeError } from '../../main/shared/errors.ts'

/** How the viewer reaches the workstation: `fetch` with whatever the shell needs added (token, origin). Paths begin with `/api/`. */
export type ApiFetch = (path: string, init?: RequestInit) => Promise<Response>

/** A binary body with the type and shape its headers state. */
export interface BinaryBody {
  readonly bytes: ArrayBuffer
  readonly type: string
  readonly shape: readonly number[]
}

async function failure(response: Response): Promise<SaliscopeError> {
  const body: unknown = await response.json().catch(() => null)
  if (body !== null && typeof body === 'object' && 'error' in body) return fromEnvelope(body.error as ErrorEnvelope)
  return new SaliscopeError('internal', `The workstation answered ${response.status} without saying why.`)
}

export async function fetchJson<T>(api: ApiFetch, path: string, init?: RequestInit): Promise<T> {
  const response = await api(path, init)
  if (!response.ok) throw await failure(response)
  return (await response.json()) as T
}

export async function sendJson<T>(api: ApiFetch, method: string, path: string, value: unknown): Promise<T> {
  return fetchJson<T>(api, path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  })
}

export async function fetchBinary(api: ApiFetch, path: string, init?: RequestInit): Promise<BinaryBody> {
  const response = await api(path, init)
  if (!response.ok) throw await failure(response)
  const shape = (response.headers.get('x-saliscope-shape') ?? '').split(',').filter(Boolean).map(Number)
  return { bytes: await response.arrayBuffer(), type: response.headers.get('x-saliscope-type') ?? '', shape }
}

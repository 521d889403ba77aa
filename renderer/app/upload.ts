import type { Handle } from '../../main/shared/shell/surface.ts'
import { apiFetch } from './api.ts'

/** Streams one file to the workstation process; answers its handle. A folder's relative path is kept in the name. */
export async function sendBody(file: File): Promise<Handle> {
  const name = file.webkitRelativePath === '' ? file.name : file.webkitRelativePath
  const response = await apiFetch(`/api/uploads?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    body: file,
    headers: { 'Content-Type': 'application/octet-stream' },
  })
  const { handle } = (await response.json()) as { handle: string }
  return { handle, name }
}

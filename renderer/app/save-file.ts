import type { SaveKind } from '../../main/shared/shell/surface.ts'
import { apiFetch } from './api.ts'
import { isDesktop, shell } from './shell.ts'

/**
 * Saves what `make` makes: on the desktop at the place a dialog gives, in a browser as its download. Nothing is made when the
 * dialog is left.
 *
 * errors  those of `make` and of writing, as sentences
 */
export async function saveFile(kind: SaveKind, name: string, make: () => Promise<Blob>): Promise<void> {
  if (!isDesktop) return download(await make(), name)
  const target = await shell.pickSaveTarget(kind, name)
  if (target === null) return
  await apiFetch(`/api/saves?target=${encodeURIComponent(target.handle)}`, {
    method: 'POST',
    // As bytes: a desktop's scheme handler may wait for ever for the end of a streamed blob.
    body: await (await make()).arrayBuffer(),
    headers: { 'Content-Type': 'application/octet-stream' },
  })
}

function download(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The download has taken its own reference once the click is handled.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

import { closeSync, constants, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import path from 'node:path'

/** Makes the entries of a folder durable; a no-op on Windows, where folders cannot be flushed. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, constants.O_RDONLY)
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

export function syncFile(file: string): void {
  const handle = openSync(file, 'r+')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/**
 * Replaces a small file in one step: temporary file beside it, fsync, rename. A reader sees the old or the new text, never half of it.
 * `flushFolder` also makes the rename itself survive a power cut.
 */
export function replaceFile(file: string, bytes: Uint8Array | string, options: { flushFolder: boolean }): void {
  const temporary = `${file}.tmp`
  const handle = openSync(temporary, 'w', 0o600)
  try {
    const data = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
    let written = 0
    while (written < data.byteLength) written += writeSync(handle, data, written)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(temporary, file)
  if (options.flushFolder) syncFolder(path.dirname(file))
}

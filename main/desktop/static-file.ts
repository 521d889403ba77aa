import { realpath } from 'node:fs/promises'
import path from 'node:path'

/** The only kinds of file the renderer folder holds. */
export const MIME: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.map': 'application/json',
}

/**
 * The real path of a renderer file named by an address, or null: unknown kinds, anything outside the folder after
 * decoding and resolving links, and malformed escapes are all the same "not there". A path without an extension is a
 * screen's address and gives index.html.
 */
export async function staticFile(folder: string, pathname: string): Promise<{ file: string; type: string } | null> {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return null
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null
  const relative = path.posix.extname(decoded) === '' ? 'index.html' : decoded.replace(/^\/+/, '')
  const type = MIME[path.posix.extname(relative).toLowerCase()]
  if (type === undefined) return null
  const base = await realpath(folder)
  try {
    const file = await realpath(path.resolve(base, relative))
    return file.startsWith(base + path.sep) ? { file, type } : null
  } catch {
    return null // no such file
  }
}

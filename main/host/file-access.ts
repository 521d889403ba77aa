import { createWriteStream } from 'node:fs'
import { lstat, mkdir, readdir, realpath, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as WebStream } from 'node:stream/web'
import type { FileAccess, FolderListing } from '../api/index.ts'
import { SaliscopeError } from '../shared/errors.ts'

export interface FileAccessOptions {
  /** Folders the page may name paths in; null: none (desktop, handles only); 'all': the caller is the user's own command line. */
  readonly roots: readonly string[] | null | 'all'
  /** Where uploads are kept until the program ends. */
  readonly uploadFolder: string
  newId(prefix: string): string
}

interface Grant {
  readonly path: string
  readonly mode: 'read' | 'write'
}

/** Entries of one folder that are told to the page. */
const listed = 5000
/** One uploaded file at most. */
const uploadLimitBytes = 16 * 2 ** 30

function notGranted(): SaliscopeError {
  // Without the path: the message goes to a page that may not know it.
  return new SaliscopeError(
    'api.not-granted',
    'That path lies outside the folders the program may use. Pick it in a dialog, or start the program with that folder allowed.',
  )
}

const inside = (root: string, real: string): boolean =>
  real === root || real.startsWith(root.endsWith(path.sep) ? root : root + path.sep)

/**
 * What the page may read and write: handles of picked, dropped or uploaded files, and in the browser shell paths inside the allowed folders,
 * judged by their real path.
 */
export class GrantedFiles implements FileAccess {
  readonly #options: FileAccessOptions
  readonly #grants = new Map<string, Grant>()

  constructor(options: FileAccessOptions) {
    this.#options = options
  }

  /** "Handle h means this real path": said by the shell, never by the page. */
  grant(handle: string, file: string, mode: Grant['mode']): void {
    this.#grants.set(handle, { path: file, mode })
  }

  async #realRoots(): Promise<string[]> {
    if (this.#options.roots === null || this.#options.roots === 'all') return []
    return Promise.all(this.#options.roots.map((root) => realpath(root)))
  }

  async #allowed(real: string): Promise<boolean> {
    if (this.#options.roots === 'all') return true
    return (await this.#realRoots()).some((root) => inside(root, real))
  }

  async readable(source: string): Promise<string> {
    const grant = this.#grants.get(source)
    if (grant !== undefined) return this.#regular(await realpath(grant.path))
    if (!path.isAbsolute(source)) throw unknownHandle()
    if (this.#options.roots === null) throw notGranted()
    let real: string
    try {
      real = await realpath(source)
    } catch {
      // Whether something outside the roots exists is not told either.
      if (await this.#allowed(path.resolve(source))) {
        throw new SaliscopeError('project.missing', `There is no file “${path.basename(source)}” at the place given.`)
      }
      throw notGranted()
    }
    if (!(await this.#allowed(real))) throw notGranted()
    return this.#regular(real)
  }

  /** Files and folders only: no device, pipe or socket. */
  async #regular(real: string): Promise<string> {
    const status = await stat(real)
    if (!status.isFile() && !status.isDirectory())
      throw new SaliscopeError('api.not-granted', `“${path.basename(real)}” is neither a file nor a folder.`)
    return real
  }

  async writable(target: string): Promise<string> {
    const grant = this.#grants.get(target)
    if (grant?.mode === 'write') return grant.path
    if (grant !== undefined) throw unknownHandle()
    if (!path.isAbsolute(target)) return this.#inFirstRoot(target)
    if (this.#options.roots === null) throw notGranted()
    let folder: string
    try {
      folder = await realpath(path.dirname(target))
    } catch {
      throw notGranted()
    }
    if (!(await this.#allowed(folder))) throw notGranted()
    const file = path.join(folder, path.basename(target))
    const there = await lstat(file).catch(() => null)
    if (there?.isSymbolicLink()) throw notGranted()
    return file
  }

  /** A browser has no save dialog: a project's bare file name lies in the first folder the program was started with. */
  async #inFirstRoot(name: string): Promise<string> {
    const [root] = await this.#realRoots()
    if (root === undefined || !name.toLowerCase().endsWith('.saliscope') || plainName(name) !== name)
      throw unknownHandle()
    return path.join(root, name)
  }

  nameOf(source: string): string {
    return path.basename(this.#grants.get(source)?.path ?? source)
  }

  async list(folder: string | null): Promise<FolderListing> {
    const { roots } = this.#options
    if (folder === null) {
      const real = await this.#realRoots()
      return {
        path: null,
        parent: null,
        entries: real.map((root) => ({ name: root, path: root, kind: 'folder', bytes: 0 })),
      }
    }
    if (roots === null) throw notGranted()
    const real = await this.readable(folder)
    const entries = await readdir(real, { withFileTypes: true }).catch(() => {
      throw new SaliscopeError('api.not-granted', `The folder “${path.basename(real)}” cannot be read.`)
    })
    const shown = entries.filter((entry) => (entry.isFile() || entry.isDirectory()) && !entry.name.startsWith('.'))
    const described = await Promise.all(
      shown.slice(0, listed).map(async (entry) => {
        const file = path.join(real, entry.name)
        const bytes = entry.isFile() ? ((await stat(file).catch(() => null))?.size ?? 0) : 0
        return { name: entry.name, path: file, kind: entry.isFile() ? ('file' as const) : ('folder' as const), bytes }
      }),
    )
    described.sort((a, b) =>
      a.kind === b.kind ? a.name.localeCompare(b.name, 'en', { numeric: true }) : a.kind === 'folder' ? -1 : 1,
    )
    const parent = path.dirname(real)
    return { path: real, parent: (await this.#allowed(parent)) ? parent : null, entries: described }
  }

  async keepUpload(name: string, body: ReadableStream<Uint8Array>): Promise<{ handle: string }> {
    const handle = this.#options.newId('upload')
    const folder = path.join(this.#options.uploadFolder, handle)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const file = path.join(folder, plainName(name))
    let bytes = 0
    const limited = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const part of source) {
        bytes += part.byteLength
        if (bytes > uploadLimitBytes)
          throw new SaliscopeError(
            'api.too-large',
            'The uploaded file is larger than 16 GB. Start the program with its folder allowed instead.',
            {},
            'limit',
          )
        yield part
      }
    }
    try {
      await pipeline(
        Readable.fromWeb(body as WebStream<Uint8Array>),
        limited,
        createWriteStream(file, { flags: 'wx', mode: 0o600 }),
      )
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw error
    }
    this.grant(handle, file, 'read')
    return { handle }
  }

  async clear(): Promise<void> {
    this.#grants.clear()
    await rm(this.#options.uploadFolder, { recursive: true, force: true })
  }
}

function unknownHandle(): SaliscopeError {
  return new SaliscopeError('api.handle', 'The picked file is not known any more. Pick it again.')
}

/** Last part of a name from a page as a file name: control and reserved characters, trailing dots and spaces, and length are cleaned. */
export function plainName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? ''
  const cleaned = [...last.normalize('NFC')]
    .map((c) => (c < ' ' || c === '\x7f' || '<>:"|?*'.includes(c) ? '_' : c))
    .join('')
    .replace(/^\.+/, '')
    .replace(/[. ]+$/, '')
  const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(cleaned)
  const safe = cleaned === '' || reserved ? `file-${cleaned}` : cleaned
  // Long names lose their middle, so that the ending that tells the kind stays.
  return safe.length <= 100 ? safe : `${safe.slice(0, 80)}${safe.slice(-20)}`
}

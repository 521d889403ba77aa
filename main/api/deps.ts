import type { ComputePool } from '../compute/task.ts'
import type { Workbench } from '../experiment/workbench.ts'

/** Turns what the page names into real paths; each shell has its own rules. */
export interface FileAccess {
  /**
   * A handle or path → the real path it may read.
   *
   * errors  api.handle, api.not-granted
   */
  readable(source: string): Promise<string>
  /** A handle or path → the place it may write a new file to; the folder is inside a granted one. */
  writable(target: string): Promise<string>
  /** Name to show for a source: uploads lie under another one. */
  nameOf(source: string): string
  /** Folders and files inside the allowed roots; null lists the roots. errors  api.not-granted */
  list(folder: string | null): Promise<FolderListing>
  /** Keeps an uploaded file in the private folder. `name` may hold the path inside a dropped folder. */
  keepUpload(name: string, body: ReadableStream<Uint8Array>): Promise<{ handle: string }>
}

export interface FolderListing {
  readonly path: string | null
  readonly parent: string | null
  readonly entries: readonly {
    readonly name: string
    readonly path: string
    readonly kind: 'folder' | 'file'
    readonly bytes: number
  }[]
}

export interface ApiDeps {
  readonly workbench: Workbench
  readonly pool: ComputePool
  readonly files: FileAccess
  readonly version: string
  readonly shell: 'desktop' | 'host'
  readonly platform: string
  readonly threads: number
  /** Where the demo project is kept. */
  readonly demoFile: string
  clock(): Date
  newId(prefix: string): string
  /** One line for the log with its id; the same id stands in the error's detail. */
  log(line: { id: string; route: string; error: unknown }): void
}

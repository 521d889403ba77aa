import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { ComputePool } from '../compute/task.ts'
import { replaceFile } from '../project/durable-file.ts'
import type { OpenOptions } from '../project/open.ts'
import { createProject, openProject, type Project } from '../project/project.ts'
import type { Surroundings } from '../project/surroundings.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { EventBus } from './events.ts'
import type { JobHandler } from './job-handler.ts'
import { JobRunner } from './job-runner.ts'
import { ModelFolder } from './model-folder.ts'

export interface WorkbenchParts {
  readonly surroundings: Surroundings
  readonly pool: ComputePool
  readonly handlers: readonly JobHandler[]
  readonly engineVersion: string
  /** Folder of the program's own state: recent projects. */
  readonly stateFolder: string
  readonly onError: (error: unknown) => void
}

const recentSchema = z.array(z.object({ id: z.string(), name: z.string(), path: z.string(), openedAt: z.string() }))
export type RecentEntry = z.infer<typeof recentSchema>[number]
const openMarkerSchema = z.object({ path: z.string(), readOnly: z.boolean() })
const recentKept = 12
/** How often the open file is looked at (C15). */
const watchMs = 3000

/** The one open project with its queue, and the list of recent ones. Opening another closes the first. */
export class Workbench {
  readonly events: EventBus
  readonly models: ModelFolder
  readonly parts: WorkbenchParts
  #open: { project: Project; runner: JobRunner } | null = null
  #watch: NodeJS.Timeout | null = null
  /** Set by `reopen`: a shell that never asks leaves no marker for one that does. */
  #marksOpen = false

  constructor(parts: WorkbenchParts) {
    this.parts = parts
    this.events = new EventBus(parts.onError)
    this.models = new ModelFolder(parts.surroundings.privateFolder)
  }

  get current(): { project: Project; runner: JobRunner } | null {
    return this.#open
  }

  /** The open project. errors  api.no-project */
  get project(): Project {
    return this.#require().project
  }

  get runner(): JobRunner {
    return this.#require().runner
  }

  #require(): { project: Project; runner: JobRunner } {
    if (this.#open === null) throw new SaliscopeError('api.no-project', 'No project is open. Open or create one first.')
    return this.#open
  }

  async create(file: string, name: string): Promise<Project> {
    if (existsSync(file))
      throw new SaliscopeError(
        'project.exists',
        `“${path.basename(file)}” exists already and was not touched. Choose another name, or open it.`,
      )
    await this.close()
    return this.#adopt(await createProject(file, name, this.parts.surroundings))
  }

  /**
   * Opens what was open when the last process of this state folder died; after a proper close nothing is opened. A project that
   * cannot be opened any more leaves the workbench empty, and its error goes to the log.
   */
  async reopen(): Promise<void> {
    this.#marksOpen = true
    if (!existsSync(this.#openMarker)) return
    try {
      const { path: file, readOnly } = openMarkerSchema.parse(JSON.parse(readFileSync(this.#openMarker, 'utf8')))
      await this.open(file, { readOnly })
    } catch (error) {
      rmSync(this.#openMarker, { force: true })
      this.parts.onError(error)
    }
  }

  /** Opens a project. Another one that is open is closed first; when the new one cannot be opened, none is open. */
  async open(file: string, options: OpenOptions): Promise<Project> {
    await this.close()
    return this.#adopt(await openProject(file, options, this.parts.surroundings))
  }

  #adopt(project: Project): Project {
    const { pool, handlers, engineVersion, surroundings } = this.parts
    const runner = new JobRunner({
      project,
      pool,
      handlers,
      engineVersion,
      models: this.models,
      events: this.events,
      clock: () => surroundings.clock(),
      newId: (prefix) => surroundings.newId(prefix),
    })
    this.#open = { project, runner }
    this.#remember(project)
    const marker = { path: project.header().path, readOnly: !project.file.writable }
    if (this.#marksOpen) replaceFile(this.#openMarker, JSON.stringify(marker), { flushFolder: false })
    this.#watch = setInterval(() => this.#look(project), watchMs)
    this.#watch.unref()
    this.events.emit({ event: 'project', data: project.header() })
    return project
  }

  #look(project: Project): void {
    const before = project.file.writable
    if (project.file.readOnlyReason === '' && before && !project.file.isInPlace())
      this.events.emit({ event: 'project', data: project.header() })
  }

  /** Ends the queue, writes everything into one file, lets go of the lock. */
  async close(): Promise<void> {
    const open = this.#open
    if (open === null) return
    this.#open = null
    if (this.#watch !== null) clearInterval(this.#watch)
    await open.runner.close()
    open.project.close()
    if (this.#marksOpen) rmSync(this.#openMarker, { force: true })
    this.events.emit({ event: 'project', data: null })
  }

  /** Says which project is open; a file left behind says that nobody closed it. */
  get #openMarker(): string {
    return path.join(this.parts.stateFolder, 'open.json')
  }

  get #recentFile(): string {
    return path.join(this.parts.stateFolder, 'recent.json')
  }

  /** Projects opened lately, newest first. A damaged list counts as empty (C17). */
  recent(): (RecentEntry & { exists: boolean })[] {
    if (!existsSync(this.#recentFile)) return []
    try {
      const list = recentSchema.parse(JSON.parse(readFileSync(this.#recentFile, 'utf8')))
      return list.map((entry) => ({ ...entry, exists: existsSync(entry.path) }))
    } catch (error) {
      this.parts.onError(error)
      return []
    }
  }

  forget(id: string): void {
    this.#writeRecent(this.recent().filter((entry) => entry.id !== id))
  }

  #remember(project: Project): void {
    const { id, name, path: file } = project.header()
    const entry = { id, name, path: file, openedAt: this.parts.surroundings.clock().toISOString() }
    this.#writeRecent([entry, ...this.recent().filter((other) => other.path !== file)].slice(0, recentKept))
  }

  #writeRecent(entries: readonly RecentEntry[]): void {
    mkdirSync(this.parts.stateFolder, { recursive: true, mode: 0o700 })
    const plain = entries.map(({ id, name, path: file, openedAt }) => ({ id, name, path: file, openedAt }))
    replaceFile(this.#recentFile, JSON.stringify(plain, null, 2), { flushFolder: false })
  }
}

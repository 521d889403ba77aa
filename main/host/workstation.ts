import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { type ApiDeps, createApi } from '../api/index.ts'
import { ENGINE_VERSION } from '../compute/engine-version.ts'
import { createPool } from '../compute/pool.ts'
import type { ComputePool } from '../compute/task.ts'
import { demoJob } from '../experiment/demo/demo-job.ts'
import { computeJob } from '../experiment/jobs/compute.ts'
import { importJob } from '../experiment/jobs/import.ts'
import { inspectJob } from '../experiment/jobs/inspect.ts'
import { measureJob } from '../experiment/jobs/measure.ts'
import { scanJob } from '../experiment/jobs/scan.ts'
import { Workbench } from '../experiment/workbench.ts'
import type { Surroundings } from '../project/surroundings.ts'
import { GrantedFiles } from './file-access.ts'
import { privateFolderIn } from './private-folder.ts'

export interface WorkstationOptions {
  readonly shell: 'desktop' | 'host'
  /** The program's own state: recent projects, demo, private copies. */
  readonly dataFolder: string
  /** See GrantedFiles. */
  readonly roots: readonly string[] | null | 'all'
  /** Default: processes. The command line may run tasks in its own. */
  readonly pool?: ComputePool
  /** Where the demo project is kept; default: the data folder. */
  readonly demoFile?: string
  readonly log?: (line: string) => void
}

/** One workstation: handler, open project, compute processes, files. */
export interface Workstation {
  readonly handler: (request: Request) => Promise<Response>
  readonly workbench: Workbench
  readonly files: GrantedFiles
  /** Stops work, writes the project into one closed file, ends the processes, removes private copies. */
  close(): Promise<void>
}

/** The folder that holds package.json, from the sources and from a bundle alike. */
export function programFolder(): string {
  let folder = import.meta.dirname
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder)
    if (parent === folder) throw new Error('The program folder has no package.json.')
    folder = parent
  }
  return folder
}

function versionOf(folder: string): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown'
}

/** A kind and 80 random bits: unique in every project that may ever be merged. */
const newId = (prefix: string): string => `${prefix}-${randomBytes(10).toString('hex')}`

/** Puts the parts together. Everything random, timed or outside is chosen here and handed down. */
export function createWorkstation(options: WorkstationOptions): Workstation {
  const root = programFolder()
  const version = versionOf(root)
  const log = options.log ?? ((line: string) => void process.stderr.write(`${line}\n`))
  mkdirSync(options.dataFolder, { recursive: true, mode: 0o700 })
  const privateFolder = privateFolderIn(options.dataFolder)
  const scratchFolder = path.join(privateFolder, 'scratch')
  mkdirSync(scratchFolder, { mode: 0o700 })
  const pool = options.pool ?? createPool()
  const surroundings: Surroundings = { clock: () => new Date(), newId, programVersion: version, privateFolder }
  const demo = demoJob({
    handler: () => ownHandler,
    scratchFolder,
    modelFolder: path.join(root, 'resources/demo/models'),
  })
  const onError = (error: unknown): void => log(`${newId('error')} ${describe(error)}`)
  const workbench = new Workbench({
    surroundings,
    pool,
    handlers: [scanJob, importJob, inspectJob, computeJob, measureJob, demo],
    engineVersion: ENGINE_VERSION,
    stateFolder: options.dataFolder,
    onError,
  })
  const files = new GrantedFiles({ roots: options.roots, uploadFolder: path.join(privateFolder, 'uploads'), newId })
  const deps: ApiDeps = {
    workbench,
    pool,
    files,
    version,
    shell: options.shell,
    platform: process.platform,
    threads: availableParallelism(),
    demoFile: options.demoFile ?? path.join(options.dataFolder, 'demo.saliscope'),
    clock: () => new Date(),
    newId,
    log: ({ id, route, error }) => log(`${id} ${route} ${describe(error)}`),
  }
  // The demo reads files the program made itself and its own networks; what the page may read does not bind it.
  const ownFiles = new GrantedFiles({ roots: 'all', uploadFolder: path.join(privateFolder, 'demo-uploads'), newId })
  const ownHandler = createApi({ ...deps, files: ownFiles })
  return {
    handler: createApi(deps),
    workbench,
    files,
    async close() {
      await workbench.close()
      await pool.close()
      rmSync(privateFolder, { recursive: true, force: true })
    },
  }
}

/** For the log: the stack names the place; it never goes to the page. */
function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

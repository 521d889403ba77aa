import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Project } from '../project/project.ts'
import { SaliscopeError } from '../shared/errors.ts'

export interface ModelOnDisk {
  /** The ONNX file; external data lies beside it. */
  readonly file: string
  readonly folder: string
}

/**
 * Copies of models outside the project for the compute processes, which may open neither project nor database. They lie in the private
 * folder under the model's hash, are checked when first used in a session, and are made again when they are not there.
 */
export class ModelFolder {
  readonly #folder: string
  readonly #ready = new Map<string, Promise<ModelOnDisk>>()

  constructor(privateFolder: string) {
    this.#folder = path.join(privateFolder, 'models')
  }

  materialise(project: Project, modelId: string): Promise<ModelOnDisk> {
    const { sha256 } = project.models.get(modelId)
    const known = this.#ready.get(sha256)
    if (known !== undefined) return known
    const made = this.#make(project, modelId, sha256)
    this.#ready.set(sha256, made)
    made.catch(() => this.#ready.delete(sha256))
    return made
  }

  async #make(project: Project, modelId: string, sha256: string): Promise<ModelOnDisk> {
    if (!/^[0-9a-f]{64}$/.test(sha256))
      throw new SaliscopeError('project.damaged-row', 'The stored model has no valid checksum, so it is not used.')
    const folder = path.join(this.#folder, sha256)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    let main: string | null = null
    for (const file of project.models.files(modelId)) {
      if (file.name !== path.basename(file.name) || file.name === '' || file.name.startsWith('.')) {
        throw new SaliscopeError(
          'project.damaged-row',
          'A file of the stored model has a name that is not a plain file name, so it is not used.',
        )
      }
      const target = path.join(folder, file.name)
      if (file.main) main = target
      const bytes = project.objects.bytesOf(file.objectId)
      if ((await sizeOf(target)) === bytes && (await hashOf(target)) === project.objects.sha256Of(file.objectId))
        continue
      const temporary = `${target}.tmp`
      await pipeline(project.models.readFile(file.objectId), createWriteStream(temporary, { mode: 0o600 }))
      await rename(temporary, target)
    }
    if (main === null) throw new SaliscopeError('project.damaged-row', 'The stored model has no ONNX file.')
    return { file: main, folder }
  }

  async clear(): Promise<void> {
    this.#ready.clear()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

async function sizeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

async function hashOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
}

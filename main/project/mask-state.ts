import { SaliscopeError } from '../shared/errors.ts'
import { applyBox, boxSchema, boxSize } from './mask-voxels.ts'
import type { ObjectStore } from './objects.ts'
import { unpackChunk } from './pack.ts'
import type { ProjectFile } from './project-file.ts'
import { fromJson, notFound } from './rows.ts'
import type { VolumeStore } from './volume-store.ts'

/** Current states kept in memory, newest last. */
const liveMasks = 4

export interface LiveMask {
  /** Number of the last stroke in `voxels`. */
  sequence: number
  readonly voxels: Uint8Array
}

/** What a mask looks like now: its newest version or snapshot with the later strokes drawn onto it. */
export class MaskState {
  readonly #file: ProjectFile
  readonly #objects: ObjectStore
  readonly #volumes: VolumeStore
  readonly #live = new Map<string, LiveMask>()

  constructor(file: ProjectFile, objects: ObjectStore, volumes: VolumeStore) {
    this.#file = file
    this.#objects = objects
    this.#volumes = volumes
  }

  forget(id: string): void {
    this.#live.delete(id)
  }

  /** The live state; changed in place by strokes, so callers that keep it copy it. */
  async current(id: string): Promise<LiveMask> {
    const row = this.#file.connection
      .prepare('SELECT volume_id AS volumeId, last_sequence AS last FROM masks WHERE id = ?')
      .get(id) as { volumeId: string; last: number } | undefined
    if (row === undefined) throw notFound('mask', id)
    const { last } = row
    const live = this.#live.get(id)
    if (live !== undefined && live.sequence === last) return live
    const { dims } = this.#volumes.get(row.volumeId).grid
    const size = dims[0] * dims[1] * dims[2]
    const base = this.#base(id)
    const voxels = base.objectId === null ? new Uint8Array(size) : await this.#objects.read(base.objectId)
    if (voxels.byteLength !== size) {
      throw new SaliscopeError(
        'project.damaged-row',
        'The stored mask does not have the size of its image, so it is not shown.',
      )
    }
    const strokes = this.#file.connection
      .prepare(
        'SELECT sequence, box, sha256, raw_bytes, data FROM mask_strokes WHERE mask_id = ? AND sequence > ? AND sequence <= ? ORDER BY sequence',
      )
      .all(id, base.through, last) as {
      sequence: number
      box: string
      sha256: string
      raw_bytes: number
      data: Buffer
    }[]
    for (const stroke of strokes) {
      const values = await unpackChunk(stroke.data, stroke.raw_bytes, stroke.sha256)
      const box = fromJson(boxSchema, stroke.box, 'stroke')
      if (values === null || boxSize(box) !== values.byteLength) {
        throw new SaliscopeError(
          'project.damaged-chunk',
          `Stroke ${stroke.sequence} of the mask is damaged. Saved versions are unharmed; open one of them.`,
          { mask: id },
          'stopped',
        )
      }
      applyBox(voxels, dims, box, values)
    }
    const state = { sequence: last, voxels }
    this.#live.delete(id)
    this.#live.set(id, state)
    for (const oldest of this.#live.keys()) {
      if (this.#live.size <= liveMasks) break
      this.#live.delete(oldest)
    }
    return state
  }

  /** What the strokes start from: the newest of snapshot and versions. */
  #base(id: string): { objectId: number | null; through: number } {
    const row = this.#file.connection
      .prepare(
        `SELECT object_id AS objectId, through_sequence AS through FROM mask_versions WHERE mask_id = @id
         UNION ALL SELECT object_id, through_sequence FROM mask_snapshots WHERE mask_id = @id ORDER BY through DESC LIMIT 1`,
      )
      .get({ id }) as { objectId: number; through: number } | undefined
    return row ?? { objectId: null, through: 0 }
  }
}

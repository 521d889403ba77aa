import { z } from 'zod'
import {
  type Mask,
  type MaskVersion,
  maskSchema,
  maskVersionSchema,
  type Segment,
  segmentSchema,
} from '../shared/domain/mask.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { MaskState } from './mask-state.ts'
import { applyBox, type Box, boxSchema, boxSize, countValues } from './mask-voxels.ts'
import type { ObjectStore } from './objects.ts'
import { packBytes, packObject, sha256Of } from './pack.ts'
import type { ProjectFile } from './project-file.ts'
import { checked, fromJson, notFound, toJson } from './rows.ts'
import type { VolumeStore } from './volume-store.ts'

/** After so many strokes, or so many packed bytes of them, the whole state is stored and the strokes before it are dropped. */
const snapshotStrokes = 200
const snapshotBytes = 32 * 2 ** 20

interface MaskRow {
  id: string
  volume_id: string
  reader: string
  origin: string
  segments: string
  nothing_to_mark: number
  last_sequence: number
  pending: number
}

interface VersionRow {
  version: number
  saved_at: string
  comment: string
  sha256: string
  counts: string
  through_sequence: number
  object_id: number
}

const segmentsSchema: z.ZodType<Segment[]> = z.array(segmentSchema).max(255)
const countsSchema: z.ZodType<Record<string, number>> = maskVersionSchema.shape.counts

export interface Stroke {
  /** One more than the last acknowledged one; a repeated number with equal voxels is acknowledged again. */
  readonly sequence: number
  readonly box: Box
  /** New values of the box, i fastest. */
  readonly voxels: Uint8Array
}

/**
 * Mask documents: strokes are stored as boxes of new values, each durable before it is acknowledged; now and then the whole state is
 * stored and older strokes are dropped; saved versions are never changed. Current state = newest version or snapshot + later strokes.
 */
export class MaskStore {
  readonly #file: ProjectFile
  readonly #objects: ObjectStore
  readonly #volumes: VolumeStore
  readonly #state: MaskState

  constructor(file: ProjectFile, objects: ObjectStore, volumes: VolumeStore) {
    this.#file = file
    this.#objects = objects
    this.#volumes = volumes
    this.#state = new MaskState(file, objects, volumes)
  }

  #toMask(row: MaskRow): Mask {
    const versions = (
      this.#file.connection
        .prepare('SELECT * FROM mask_versions WHERE mask_id = ? ORDER BY version')
        .all(row.id) as VersionRow[]
    ).map(
      (v): MaskVersion => ({
        version: v.version,
        savedAt: v.saved_at,
        comment: v.comment,
        sha256: v.sha256,
        counts: fromJson(countsSchema, v.counts, 'mask version'),
      }),
    )
    return checked(
      maskSchema,
      {
        id: row.id,
        volumeId: row.volume_id,
        reader: row.reader,
        origin: row.origin,
        segments: fromJson(segmentsSchema, row.segments, 'mask'),
        nothingToMark: row.nothing_to_mark === 1,
        versions,
        pendingStrokes: row.pending,
        lastSequence: row.last_sequence,
      },
      'mask',
    )
  }

  #row(id: string): MaskRow {
    const row = this.#file.connection.prepare('SELECT * FROM masks WHERE id = ?').get(id) as MaskRow | undefined
    if (row === undefined) throw notFound('mask', id)
    return row
  }

  list(volumeId?: string): Mask[] {
    const rows = this.#file.connection
      .prepare('SELECT * FROM masks WHERE (@volume IS NULL OR volume_id = @volume) ORDER BY rowid')
      .all({ volume: volumeId ?? null })
    return (rows as MaskRow[]).map((row) => this.#toMask(row))
  }

  get(id: string): Mask {
    return this.#toMask(this.#row(id))
  }

  lastSequence(id: string): number {
    return this.#row(id).last_sequence
  }

  /** A new document; `voxels` (dims of the volume) become its first version. */
  async create(mask: {
    id: string
    volumeId: string
    reader: string
    origin: Mask['origin']
    segments: Segment[]
    addedAt: string
    voxels?: Uint8Array
    comment?: string
  }): Promise<Mask> {
    const size = this.#sizeOf(mask.volumeId)
    if (mask.voxels !== undefined && mask.voxels.byteLength !== size) {
      throw new SaliscopeError(
        'project.stroke-shape',
        `The mask has ${mask.voxels.byteLength} voxels and its image ${size}. Nothing was stored.`,
      )
    }
    const packed = mask.voxels === undefined ? null : await packObject(mask.voxels, this.#unit(mask.volumeId))
    this.#file.write(
      {
        actor: mask.reader,
        action: 'mask.add',
        subject: mask.id,
        detail: { volume: mask.volumeId, origin: mask.origin },
      },
      () => {
        this.#file.connection
          .prepare(
            'INSERT INTO masks (id, volume_id, reader, origin, segments, nothing_to_mark, last_sequence, pending, added_at) VALUES (?, ?, ?, ?, ?, 0, 0, 0, ?)',
          )
          .run(
            mask.id,
            mask.volumeId,
            mask.reader,
            mask.origin,
            toJson(segmentsSchema, mask.segments, 'segments'),
            mask.addedAt,
          )
        if (packed !== null && mask.voxels !== undefined)
          this.#insertVersion(mask.id, 1, mask.addedAt, mask.comment ?? '', packed, mask.voxels, 0)
      },
    )
    return this.get(mask.id)
  }

  update(id: string, change: Partial<Pick<Mask, 'segments' | 'nothingToMark'>>, actor: string): Mask {
    const next = { ...this.get(id), ...change }
    this.#file.write({ actor, action: 'mask.update', subject: id }, () =>
      this.#file.connection
        .prepare('UPDATE masks SET segments = ?, nothing_to_mark = ? WHERE id = ?')
        .run(toJson(segmentsSchema, next.segments, 'segments'), next.nothingToMark ? 1 : 0, id),
    )
    return this.get(id)
  }

  remove(id: string, actor: string): void {
    this.get(id)
    const files = this.#file.write({ actor, action: 'mask.delete', subject: id }, () => {
      this.#file.connection.prepare('DELETE FROM masks WHERE id = ?').run(id)
      return this.#objects.sweep()
    })
    this.#objects.removeFiles(files)
    this.#state.forget(id)
  }

  #sizeOf(volumeId: string): number {
    const [ni, nj, nk] = this.#volumes.get(volumeId).grid.dims
    return ni * nj * nk
  }

  #unit(volumeId: string): number {
    const [ni, nj] = this.#volumes.get(volumeId).grid.dims
    return ni * nj
  }

  /**
   * Stores one stroke; when this resolves it is saved.
   *
   * errors  project.stroke-order, project.stroke-shape; the mask is then unchanged
   */
  async addStroke(id: string, stroke: Stroke): Promise<{ sequence: number; pendingStrokes: number }> {
    const row = this.#row(id)
    const { dims } = this.#volumes.get(row.volume_id).grid
    const box = checked(boxSchema, stroke.box, 'box of a stroke')
    if (
      box[0] < 0 ||
      box[2] < 0 ||
      box[4] < 0 ||
      box[1] > dims[0] ||
      box[3] > dims[1] ||
      box[5] > dims[2] ||
      boxSize(box) !== stroke.voxels.byteLength
    ) {
      throw new SaliscopeError(
        'project.stroke-shape',
        `Stroke ${stroke.sequence} does not fit its mask: box ${box.join(', ')} with ${stroke.voxels.byteLength} values in an image of ${dims.join('×')}.`,
      )
    }
    const sha256 = sha256Of(stroke.voxels)
    if (stroke.sequence <= row.last_sequence && this.#isRepeated(id, stroke.sequence, sha256)) {
      return { sequence: stroke.sequence, pendingStrokes: row.pending }
    }
    const packed = await packBytes(stroke.voxels)
    // The current state is fetched before the write so that a kill in between costs nothing.
    const state = await this.#state.current(id)
    this.#file.write(
      { actor: row.reader, action: 'mask.stroke', subject: id, detail: { sequence: stroke.sequence } },
      () => {
        const last = this.#row(id).last_sequence
        if (stroke.sequence !== last + 1) {
          throw new SaliscopeError(
            'project.stroke-order',
            `Stroke ${stroke.sequence} arrived after stroke ${last}. The mask was left as it was; read it again and repeat the stroke.`,
            { last },
          )
        }
        this.#file.connection
          .prepare(
            'INSERT INTO mask_strokes (mask_id, sequence, box, sha256, raw_bytes, data) VALUES (?, ?, ?, ?, ?, ?)',
          )
          .run(id, stroke.sequence, JSON.stringify(box), sha256, stroke.voxels.byteLength, packed)
        this.#file.connection
          .prepare('UPDATE masks SET last_sequence = ?, pending = pending + 1 WHERE id = ?')
          .run(stroke.sequence, id)
      },
    )
    if (state.sequence === stroke.sequence - 1) {
      applyBox(state.voxels, dims, box, stroke.voxels)
      state.sequence = stroke.sequence
    }
    await this.#snapshotIfDue(id, row.volume_id)
    return { sequence: stroke.sequence, pendingStrokes: this.#row(id).pending }
  }

  #isRepeated(id: string, sequence: number, sha256: string): boolean {
    return (
      this.#file.connection
        .prepare('SELECT sha256 FROM mask_strokes WHERE mask_id = ? AND sequence = ?')
        .pluck()
        .get(id, sequence) === sha256
    )
  }

  async #snapshotIfDue(id: string, volumeId: string): Promise<void> {
    const kept = this.#file.connection
      .prepare('SELECT count(*) AS count, coalesce(sum(length(data)), 0) AS bytes FROM mask_strokes WHERE mask_id = ?')
      .get(id)
    const { count, bytes } = kept as { count: number; bytes: number }
    if (count < snapshotStrokes && bytes < snapshotBytes) return
    const { sequence, voxels } = await this.#state.current(id)
    const packed = await packObject(voxels.slice(), this.#unit(volumeId))
    const files = this.#file.write(null, () => {
      const object = this.#objects.insert('mask snapshot', packed)
      this.#file.connection
        .prepare(
          'INSERT INTO mask_snapshots (mask_id, through_sequence, object_id) VALUES (?, ?, ?) ON CONFLICT (mask_id) DO UPDATE SET through_sequence = excluded.through_sequence, object_id = excluded.object_id',
        )
        .run(id, sequence, object)
      this.#file.connection.prepare('DELETE FROM mask_strokes WHERE mask_id = ? AND sequence <= ?').run(id, sequence)
      return this.#objects.sweep()
    })
    this.#objects.removeFiles(files)
  }

  /** Uint8 voxels of a saved version, or of the last version plus pending strokes. */
  async voxels(id: string, version?: number): Promise<Uint8Array> {
    if (version === undefined) return (await this.#state.current(id)).voxels.slice()
    const object = this.#file.connection
      .prepare('SELECT object_id FROM mask_versions WHERE mask_id = ? AND version = ?')
      .pluck()
      .get(id, version) as number | undefined
    if (object === undefined) throw notFound('mask version', `${id} / ${version}`)
    return this.#objects.read(object)
  }

  /** Freezes the current state. */
  async saveVersion(id: string, comment: string, savedAt: string): Promise<MaskVersion> {
    const row = this.#row(id)
    const { sequence, voxels } = await this.#state.current(id)
    const frozen = voxels.slice()
    const packed = await packObject(frozen, this.#unit(row.volume_id))
    const files = this.#file.write({ actor: row.reader, action: 'mask.version', subject: id }, () => {
      const version =
        1 +
        (this.#file.connection
          .prepare('SELECT coalesce(max(version), 0) FROM mask_versions WHERE mask_id = ?')
          .pluck()
          .get(id) as number)
      this.#insertVersion(id, version, savedAt, comment, packed, frozen, sequence)
      this.#file.connection.prepare('DELETE FROM mask_strokes WHERE mask_id = ? AND sequence <= ?').run(id, sequence)
      this.#file.connection
        .prepare('DELETE FROM mask_snapshots WHERE mask_id = ? AND through_sequence <= ?')
        .run(id, sequence)
      this.#file.connection
        .prepare('UPDATE masks SET pending = (SELECT count(*) FROM mask_strokes WHERE mask_id = @id) WHERE id = @id')
        .run({ id })
      return this.#objects.sweep()
    })
    this.#objects.removeFiles(files)
    return this.get(id).versions.at(-1) as MaskVersion
  }

  #insertVersion(
    id: string,
    version: number,
    savedAt: string,
    comment: string,
    packed: Awaited<ReturnType<typeof packObject>>,
    voxels: Uint8Array,
    through: number,
  ): void {
    const object = this.#objects.insert('mask', packed)
    this.#file.connection
      .prepare(
        'INSERT INTO mask_versions (mask_id, version, saved_at, comment, sha256, counts, through_sequence, object_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(id, version, savedAt, comment, packed.sha256, JSON.stringify(countValues(voxels)), through, object)
  }
}

import type { Volume } from '../../../main/shared/domain/study.ts'
import { SaliscopeError } from '../../../main/shared/errors.ts'
import { type ApiFetch, fetchBinary, fetchJson } from '../api.ts'
import type { ImageLayer } from './layers.ts'
import { bytesPerVoxel, type VoxelArray, voxelArray } from './voxels.ts'

export interface LoadProgress {
  readonly doneBytes: number
  readonly totalBytes: number
}

const chunkBytes = 16 * 1024 * 1024

/** Slab boundaries in the order they are fetched: the slab that holds `first`, then outwards from it. */
export function slabOrder(slices: number, perSlab: number, first: number): [number, number][] {
  const slabs: [number, number][] = []
  for (let k = 0; k < slices; k += perSlab) slabs.push([k, Math.min(slices, k + perSlab)])
  const distance = ([k0, k1]: [number, number]) => Math.abs((k0 + k1 - 1) / 2 - first)
  return slabs.sort((a, b) => distance(a) - distance(b))
}

/**
 * One image and its way into memory: metadata, then single slices for the first paint, then all voxels in slabs of about
 * 16 MiB from the middle outwards. Lives outside React; views listen for `onChange` and redraw.
 *
 * errors  those of the API; a body of the wrong length is `api.invalid`. An abort ends loading without an error.
 */
export class VolumeSource {
  readonly layer: ImageLayer
  progress: LoadProgress
  failed: Error | null = null
  private readonly api: ApiFetch
  private readonly abort = new AbortController()
  private readonly listeners = new Set<() => void>()
  private readonly requested = new Set<string>()
  private loading: Promise<void> | null = null

  private constructor(api: ApiFetch, volume: Volume) {
    this.api = api
    const [ni, nj, nk] = volume.grid.dims
    this.layer = {
      volume,
      data: voxelArray(volume.type, ni * nj * nk * volume.channels),
      loaded: new Uint8Array(nk),
      early: new Map(),
      revision: 0,
    }
    this.progress = { doneBytes: 0, totalBytes: this.layer.data.byteLength }
  }

  static async open(api: ApiFetch, volumeId: string): Promise<VolumeSource> {
    return new VolumeSource(api, await fetchJson<Volume>(api, `/api/volumes/${encodeURIComponent(volumeId)}`))
  }

  /** Wraps voxels that are already in memory (synthetic data, tests). */
  static ofVoxels(volume: Volume, data: VoxelArray): VolumeSource {
    const source = new VolumeSource(() => Promise.reject(new Error('This volume has no source.')), volume)
    source.layer.data.set(data)
    source.layer.loaded.fill(1)
    source.progress = { doneBytes: data.byteLength, totalBytes: data.byteLength }
    return source
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private changed(): void {
    this.layer.revision++
    for (const listener of this.listeners) listener()
  }

  /** Fetches one slice by the 2-D path unless it is here or on its way. */
  async fetchSlice(axis: 0 | 1 | 2, index: number): Promise<void> {
    const key = `${axis}:${index}`
    const here = axis === 2 ? this.layer.loaded[index] === 1 : this.layer.loaded.every((v) => v === 1)
    if (here || this.requested.has(key) || this.abort.signal.aborted) return
    this.requested.add(key)
    try {
      const { volume } = this.layer
      const path = `/api/volumes/${encodeURIComponent(volume.id)}/slice?axis=${'ijk'[axis]}&index=${index}`
      const body = await fetchBinary(this.api, path, { signal: this.abort.signal })
      const others = [0, 1, 2].filter((a) => a !== axis)
      const expected = volume.grid.dims[others[0]] * volume.grid.dims[others[1]] * volume.channels
      this.checkLength(body.bytes, expected)
      this.layer.early.set(key, voxelArray(volume.type, body.bytes))
      this.changed()
    } catch (error) {
      this.requested.delete(key)
      if (!this.abort.signal.aborted) throw error
    }
  }

  /** Loads all voxels; calling it again answers the same promise. */
  loadAll(firstSlice: number): Promise<void> {
    this.loading ??= this.run(firstSlice).catch((error: unknown) => {
      if (this.abort.signal.aborted) return
      this.failed = error instanceof Error ? error : new Error(String(error))
      this.changed()
      throw this.failed
    })
    return this.loading
  }

  private async run(firstSlice: number): Promise<void> {
    const { volume, data, loaded, early } = this.layer
    const [ni, nj, nk] = volume.grid.dims
    const perSlice = ni * nj * volume.channels
    const perSlab = Math.max(1, Math.floor(chunkBytes / (perSlice * bytesPerVoxel(volume.type))))
    for (const [k0, k1] of slabOrder(nk, perSlab, firstSlice)) {
      if (this.abort.signal.aborted) return
      const path = `/api/volumes/${encodeURIComponent(volume.id)}/voxels?k0=${k0}&k1=${k1}`
      const body = await fetchBinary(this.api, path, { signal: this.abort.signal })
      this.checkLength(body.bytes, perSlice * (k1 - k0))
      data.set(voxelArray(volume.type, body.bytes), k0 * perSlice)
      loaded.fill(1, k0, k1)
      for (let k = k0; k < k1; k++) early.delete(`2:${k}`)
      this.progress = { ...this.progress, doneBytes: this.progress.doneBytes + body.bytes.byteLength }
      this.changed()
    }
    early.clear()
  }

  private checkLength(bytes: ArrayBuffer, values: number): void {
    const expected = values * bytesPerVoxel(this.layer.volume.type)
    if (bytes.byteLength === expected) return
    throw new SaliscopeError(
      'api.invalid',
      `The image "${this.layer.volume.name}" came with ${bytes.byteLength} bytes where ${expected} belong; nothing of this part is shown. Reopen the project.`,
    )
  }

  dispose(): void {
    this.abort.abort()
    this.listeners.clear()
    this.layer.early.clear()
  }
}

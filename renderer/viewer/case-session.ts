import { displayRange, type MapStatistics } from '../../main/shared/colour/display-range.ts'
import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import type { Mask } from '../../main/shared/domain/mask.ts'
import { SaliscopeError } from '../../main/shared/errors.ts'
import { offerWindow } from './actions.ts'
import { type ApiFetch, fetchBinary, fetchJson, sendJson } from './api.ts'
import { planeFrame, sliceAt } from './geometry/planes.ts'
import { MaskDocument } from './mask/document.ts'
import { keptHistories } from './mask/kept-histories.ts'
import { maskSaving } from './mask/saving.ts'
import { MaskSync } from './mask/sync.ts'
import { defaultTable } from './slice/map-statistics.ts'
import { type CaseStore, createCaseStore, type OverlaySettings } from './store.ts'
import { type MapLayer, realValue } from './volume/layers.ts'
import { VolumeSource } from './volume/volume-source.ts'
import { automaticWindow, fileWindow } from './window-presets.ts'

/** Overlay settings of a map seen for the first time: own range, threshold at a fifth of its reach, 75 % opaque. */
export function defaultOverlay(statistics: MapStatistics): OverlaySettings {
  // A map with one small focus has a 99th percentile near zero: shown with it, the focus would be a flat patch.
  const top = statistics.signed ? statistics.p99abs : statistics.p99
  const rangeMode = top < 0.02 * Math.max(statistics.max, -statistics.min) ? 'full' : 'percentile'
  const range = displayRange(statistics, rangeMode)
  const reach = Math.max(Math.abs(range.low), Math.abs(range.high))
  return {
    visible: false,
    opacity: 0.75,
    table: defaultTable(statistics.signed),
    rangeMode,
    low: range.low,
    high: range.high,
    threshold: Number((reach * 0.2).toPrecision(3)),
    sampling: 'linear',
    hideZeros: true,
    minimumCluster: 1,
    showAs: 'colour',
    outlinePercent: 5,
  }
}

/** What changed: the image or maps need the picture redrawn, labels only the layer above it. */
export type CaseChange = 'picture' | 'labels'

export interface MaskEntry {
  readonly document: MaskDocument
  readonly sync: MaskSync
}

/**
 * One open case: the image, its maps and masks, and the store the views are functions of. Owns every large array and every
 * request; `dispose` ends them all.
 *
 * errors  those of the API, through `onError`; a failing map or mask leaves the rest of the case usable
 */
export class CaseSession {
  readonly store: CaseStore
  readonly image: VolumeSource
  readonly maps = new Map<string, MapLayer>()
  readonly masks = new Map<string, MaskEntry>()
  /** Records of the case's maps, loaded or not. */
  mapRecords: readonly SaliencyMap[] = []
  private readonly api: ApiFetch
  private readonly abort = new AbortController()
  private readonly listeners = new Set<(change: CaseChange) => void>()
  private readonly opening = new Map<string, Promise<MapLayer>>()
  private readonly openingMasks = new Map<string, Promise<MaskEntry>>()

  constructor(api: ApiFetch, image: VolumeSource) {
    this.api = api
    this.image = image
    const { volume } = image.layer
    this.store = createCaseStore(volume.id, volume.grid)
    if (volume.displayInverted === true) this.store.setState({ invert: true })
    const known = fileWindow(volume)
    offerWindow(this.store, known ?? automaticWindow(image.layer))
  }

  /** Opens a case by its image: metadata, the middle slice of each plane by the 2-D path, then everything else behind it. */
  static async open(api: ApiFetch, volumeId: string, onError: (error: Error) => void): Promise<CaseSession> {
    const image = await VolumeSource.open(api, volumeId)
    const session = new CaseSession(api, image)
    session.followActiveMap(onError)
    await session.firstSlices()
    image
      .loadAll(Math.floor(image.layer.volume.grid.dims[2] / 2))
      .then(() => session.windowFromVoxels())
      .catch(onError)
    await Promise.all([session.refreshMaps(), session.refreshMasks()])
    return session
  }

  /** However a map came to be shown (list, key, address), its values are fetched. */
  private followActiveMap(onError: (error: Error) => void): void {
    this.store.subscribe(({ activeMap }, before) => {
      if (activeMap !== null && activeMap !== before.activeMap && !this.maps.has(activeMap))
        this.openMap(activeMap).catch(onError)
    })
  }

  private async firstSlices(): Promise<void> {
    const { grid } = this.image.layer.volume
    const state = this.store.getState()
    const axial = planeFrame(grid, 'axial')
    await this.image.fetchSlice(axial.axes[2] as 0 | 1 | 2, sliceAt(grid, axial, state.points.axial))
    this.windowFromVoxels()
  }

  private windowFromVoxels(): void {
    if (fileWindow(this.image.layer.volume) === null) offerWindow(this.store, automaticWindow(this.image.layer))
  }

  onChange(listener: (change: CaseChange) => void): () => void {
    this.listeners.add(listener)
    const stop = this.image.onChange(() => listener('picture'))
    return () => {
      this.listeners.delete(listener)
      stop()
    }
  }

  private changed(change: CaseChange): void {
    for (const listener of this.listeners) listener(change)
  }

  /** Reads the list of maps again (after a computation); shows nothing new by itself. */
  async refreshMaps(): Promise<void> {
    const { volumeId } = this.store.getState()
    const records = await fetchJson<SaliencyMap[]>(this.api, `/api/maps?volumeId=${encodeURIComponent(volumeId)}`, {
      signal: this.abort.signal,
    })
    this.setMapRecords(records)
  }

  setMapRecords(records: readonly SaliencyMap[]): void {
    this.mapRecords = records
    this.store.setState((s) => ({
      maps: records.map((r) => r.key),
      activeMap: s.activeMap !== null && records.some((r) => r.key === s.activeMap) ? s.activeMap : null,
      overlays: Object.fromEntries(records.map((r) => [r.key, s.overlays[r.key] ?? defaultOverlay(r.statistics)])),
    }))
    this.changed('picture')
  }

  /** The values of a map, fetched once and kept while the case is open. */
  openMap(key: string): Promise<MapLayer> {
    const record = this.mapRecords.find((r) => r.key === key)
    if (!record)
      return Promise.reject(
        new SaliscopeError('api.not-found', 'This map is not in the case any more. Reload the list of maps.'),
      )
    let opening = this.opening.get(key)
    if (!opening) {
      opening = this.fetchMap(record)
      this.opening.set(key, opening)
      opening.catch(() => this.opening.delete(key))
    }
    return opening
  }

  private async fetchMap(record: SaliencyMap): Promise<MapLayer> {
    const body = await fetchBinary(this.api, `/api/maps/${encodeURIComponent(record.key)}/values?merge=sum`, {
      signal: this.abort.signal,
    })
    return this.addMap(record, new Float32Array(body.bytes))
  }

  addMap(map: SaliencyMap, data: Float32Array): MapLayer {
    const [ni, nj, nk] = map.grid.dims
    if (data.length !== ni * nj * nk) {
      throw new SaliscopeError(
        'api.invalid',
        `The map ${map.method} came with ${data.length} values where its grid has ${ni * nj * nk}; it is not shown. Compute it again.`,
      )
    }
    const layer = { map, grid: map.grid, data }
    this.maps.set(map.key, layer)
    this.changed('picture')
    return layer
  }

  async refreshMasks(): Promise<void> {
    const { volumeId } = this.store.getState()
    // Strokes of a case just left may still be on their way; read before them, a mask would miss them.
    await maskSaving.settled()
    const masks = await fetchJson<Mask[]>(this.api, `/api/masks?volumeId=${encodeURIComponent(volumeId)}`, {
      signal: this.abort.signal,
    })
    await Promise.all(masks.filter((m) => !this.masks.has(m.id)).map((m) => this.openMask(m)))
    // They arrive in any order; the list keeps the project's.
    const order = new Map(masks.map(({ id }, at) => [id, at]))
    const place = (id: string) => order.get(id) ?? masks.length
    this.store.setState((s) => ({ masks: [...s.masks].sort((a, b) => place(a) - place(b)) }))
  }

  /** The voxels of a mask, fetched once: a mask just made is also announced by the project, and both ways lead here. */
  openMask(mask: Mask): Promise<MaskEntry> {
    const known = this.masks.get(mask.id)
    if (known) return Promise.resolve(known)
    let opening = this.openingMasks.get(mask.id)
    if (!opening) {
      opening = this.fetchMask(mask).finally(() => this.openingMasks.delete(mask.id))
      this.openingMasks.set(mask.id, opening)
    }
    return opening
  }

  private async fetchMask(mask: Mask): Promise<MaskEntry> {
    const body = await fetchBinary(this.api, `/api/masks/${encodeURIComponent(mask.id)}/voxels`, {
      signal: this.abort.signal,
    })
    return this.addMask(mask, new Uint8Array(body.bytes))
  }

  /** A new mask of a reader on this image. */
  async createMask(reader: string, segments: Mask['segments']): Promise<MaskEntry> {
    const mask = await sendJson<Mask>(this.api, 'POST', '/api/masks', {
      volumeId: this.store.getState().volumeId,
      reader,
      segments,
    })
    return this.openMask(mask)
  }

  addMask(mask: Mask, voxels: Uint8Array): MaskEntry {
    const history = keptHistories.take(mask.id, mask.lastSequence) ?? undefined
    const document = new MaskDocument(mask, this.image.layer.volume.grid, voxels, history)
    const { layer } = this.image
    const perSlice = document.dims[0] * document.dims[1]
    // A slice that has not arrived has no values; nothing is in range there.
    document.imageValue = (offset) =>
      layer.loaded[Math.floor(offset / perSlice)] === 1
        ? realValue(layer.volume, layer.data[offset * layer.volume.channels])
        : Number.NaN
    const entry = { document, sync: new MaskSync(this.api, document, mask) }
    document.onChange(() => this.changed('labels'))
    this.masks.set(mask.id, entry)
    this.store.setState((s) => ({
      masks: [...s.masks.filter((id) => id !== mask.id), mask.id],
      maskShown: { ...s.maskShown, [mask.id]: s.maskShown[mask.id] ?? { visible: true, fill: 0 } },
    }))
    this.changed('picture')
    return entry
  }

  /** Takes a mask that the project no longer has out of the case. */
  forgetMask(id: string): void {
    this.masks.get(id)?.sync.discard()
    this.masks.delete(id)
    this.store.setState((s) => ({
      masks: s.masks.filter((one) => one !== id),
      activeMask: s.activeMask === id ? null : s.activeMask,
    }))
    this.changed('picture')
  }

  /** Reads a mask again as the project has it; what was not acknowledged is given up. */
  async reopenMask(id: string): Promise<void> {
    const { activeMask } = this.store.getState()
    this.forgetMask(id)
    await this.refreshMasks()
    if (activeMask === id && this.masks.has(id)) this.store.setState({ activeMask: id })
  }

  dispose(): void {
    this.abort.abort()
    this.image.dispose()
    for (const { document, sync } of this.masks.values()) {
      if (document.gestureIsOpen) document.commit()
      keptHistories.keep(document.id, document.history, sync.lastSequence)
      sync.dispose()
    }
    this.listeners.clear()
    this.maps.clear()
    this.masks.clear()
  }
}

import type { CaseSession } from '../case-session.ts'
import { overlayRange, shownMapKeys } from '../viewport/shown-maps.ts'
import { isComplete } from '../volume/layers.ts'
import { volumePreset } from './presets.ts'
import {
  blockFactors,
  byteScalePreset,
  isOrthogonal,
  type ReducedVolume,
  reducedGrid,
  reduceImage,
  reduceMap,
} from './reduce.ts'
import { SurfaceMaker } from './surfaces.ts'
import { type SceneCamera, VolumeScene } from './volume-scene.ts'

export type SceneQuality = 'none' | 'coarse' | 'fine'

/** Longest edge of the uploaded volume, share of the pixels and step along rays, by what the machine can do. */
const hardware = { edge: 256, coarse: { scale: 0.5, step: 1.6 }, fine: { scale: 1, step: 0.7 } }
const software = { edge: 128, coarse: { scale: 0.25, step: 2.5 }, fine: { scale: 0.7, step: 1.2 } }

const idleMs = 250
const surfaceDelayMs = 600
/** A coarse picture slower than this turns the view into a still behind a button. */
const tooSlowMs = 1200

/**
 * Joins a case to a 3-D scene: feeds it voxels, map and surfaces when they change, draws coarsely while the camera moves and
 * refines when idle. Never works inside a stroke: surfaces are made in a worker after the pointer has rested.
 */
export class VolumeController {
  quality: SceneQuality = 'none'
  problem: string | null = null
  waitsForRequest = false
  showsGlow = false
  private scene: VolumeScene | null = null
  private readonly session: CaseSession
  private readonly root: HTMLElement
  private readonly host: HTMLElement
  private readonly notify: () => void
  private readonly abort = new AbortController()
  private readonly stops: (() => void)[] = []
  private size = { width: 0, height: 0, ratio: 1 }
  private reduced: ReducedVolume | null = null
  private mapKey = ''
  private styleKey = ''
  private surfaces: SurfaceMaker | null = null
  private readonly surfaceRevisions = new Map<string, string>()
  private frame: number | null = null
  private idle: ReturnType<typeof setTimeout> | null = null
  private surfaceTimer: ReturnType<typeof setTimeout> | null = null
  private disposed = false

  constructor(session: CaseSession, root: HTMLElement, host: HTMLElement, notify: () => void) {
    this.session = session
    this.root = root
    this.host = host
    this.notify = notify
    if (!isOrthogonal(session.image.layer.volume.grid)) {
      this.problem =
        'The slices of this image are tilted against each other, so it is not shown in 3-D. The planes are exact.'
      return
    }
    this.open()
    this.listen()
  }

  get isSoftware(): boolean {
    return this.scene?.isSoftware ?? false
  }

  get camera(): SceneCamera | null {
    return this.scene && this.reduced ? this.scene.camera : null
  }

  private get limits() {
    return this.isSoftware ? software : hardware
  }

  private open(): void {
    try {
      this.scene = new VolumeScene(this.host)
      this.problem = null
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error)
      return
    }
    const canvas = this.scene.canvas
    const lost = () => {
      if (this.disposed) return
      // Rebuilt from the arrays in memory once the driver is back; until then the view says what happened.
      this.problem =
        'The graphics driver was interrupted. The 3-D view returns by itself; slices and masks are not affected.'
      this.quality = 'none'
      this.notify()
    }
    canvas?.addEventListener('webglcontextlost', lost)
    canvas?.addEventListener('webglcontextrestored', () => this.rebuild())
    this.update()
  }

  private rebuild(): void {
    if (this.disposed) return
    this.scene?.dispose()
    this.scene = null
    this.reduced = null
    this.mapKey = ''
    this.styleKey = ''
    this.surfaceRevisions.clear()
    this.open()
    this.notify()
  }

  private listen(): void {
    const { session } = this
    this.stops.push(
      session.onChange((change) => (change === 'picture' ? this.update() : this.surfacesSoon())),
      session.store.subscribe((now, before) => {
        const keys = ['volumePreset', 'overlays', 'activeMap', 'maps', 'peek', 'window'] as const
        if (keys.some((key) => now[key] !== before[key])) this.update()
        if (now.masks !== before.masks || now.maskShown !== before.maskShown) this.surfacesSoon()
      }),
    )
    const signal = this.abort.signal
    this.root.addEventListener('pointerdown', (event) => this.press(event), { signal })
    this.root.addEventListener('contextmenu', (event) => event.preventDefault(), { signal })
    this.root.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault()
        this.scene?.zoom(1.1 ** (-event.deltaY / 100))
        this.moved()
      },
      { signal, passive: false },
    )
  }

  private press(event: PointerEvent): void {
    if (!this.scene || !this.reduced || (event.target instanceof Element && event.target.closest('button'))) return
    let last = event
    const move = (next: PointerEvent) => {
      const [dx, dy] = [next.clientX - last.clientX, next.clientY - last.clientY]
      last = next
      if (event.button === 2) this.scene?.zoom(1.01 ** -dy)
      else if (event.button === 1 || event.shiftKey) this.scene?.pan(dx / this.size.height, dy / this.size.height)
      else this.scene?.rotate(-dx * 0.4, dy * 0.4)
      this.moved()
    }
    const up = () => this.root.removeEventListener('pointermove', move)
    this.root.setPointerCapture(event.pointerId)
    this.root.addEventListener('pointermove', move, { signal: this.abort.signal })
    this.root.addEventListener('pointerup', up, { once: true, signal: this.abort.signal })
    this.root.addEventListener('pointercancel', up, { once: true, signal: this.abort.signal })
  }

  resize(width: number, height: number, ratio: number): void {
    this.size = { width, height, ratio }
    this.moved()
  }

  /** Feeds the scene whatever changed in the case. */
  private update(): void {
    const { scene, session } = this
    const { layer } = session.image
    if (!scene || !isComplete(layer)) return
    if (!this.reduced) this.loadImage(scene)
    this.loadMap(scene)
    this.surfacesSoon()
  }

  private loadImage(scene: VolumeScene): void {
    const { layer } = this.session.image
    const { volume } = layer
    const factor = blockFactors(volume.grid.dims, this.limits.edge)
    const grid = reducedGrid(volume.grid, factor)
    const isCt = volume.modality === 'CT'
    const low = isCt ? Math.max(-1100, volume.range[0]) : volume.range[0]
    const high = Math.max(low + 1, isCt ? Math.min(1600, volume.range[1]) : volume.range[1])
    const bytes = new Uint8Array(grid.dims[0] * grid.dims[1] * grid.dims[2] * 2)
    reduceImage(layer, factor, low, high, bytes)
    this.reduced = { grid, bytes, low, high }
    scene.setVolume(this.reduced)
  }

  private loadMap(scene: VolumeScene): void {
    const { session, reduced } = this
    if (!reduced) return
    const state = session.store.getState()
    const key = shownMapKeys(state).at(-1)
    const layer = key === undefined ? undefined : session.maps.get(key)
    const settings = key === undefined ? undefined : state.overlays[key]
    const range = layer && settings ? overlayRange(session.mapRecords, layer.map, settings) : null
    const high = range ? Math.max(Math.abs(range.low), Math.abs(range.high)) : 0
    const mapKey = layer && settings && high > 0 ? `${key}|${settings.threshold}|${high}` : ''
    if (mapKey !== this.mapKey) {
      this.mapKey = mapKey
      if (layer && settings && mapKey)
        reduceMap(reduced.grid, layer, settings.threshold, high, layer.map.statistics.signed, reduced.bytes)
      else for (let p = 1; p < reduced.bytes.length; p += 2) reduced.bytes[p] = 0
      scene.setVolume(reduced)
      this.styleKey = ''
    }
    const { width, level } = state.window
    const styleKey = `${state.volumePreset}|${mapKey}|${settings?.table}|${settings?.opacity}|${session.image.layer.volume.modality === 'CT' ? '' : `${width}/${level}`}`
    if (styleKey === this.styleKey) return
    this.styleKey = styleKey
    this.showsGlow = mapKey !== '' && state.volumePreset !== 'mip'
    const window = { low: level - width / 2, high: level + width / 2 }
    const preset = byteScalePreset(
      volumePreset(state.volumePreset),
      session.image.layer.volume.modality,
      window,
      reduced,
    )
    scene.setPreset(preset, this.showsGlow && settings ? { table: settings.table, opacity: settings.opacity } : null)
    this.moved()
  }

  /** Surfaces follow the masks after the pointer has rested; an open gesture is waited for. */
  private surfacesSoon(): void {
    if (this.surfaceTimer) clearTimeout(this.surfaceTimer)
    this.surfaceTimer = setTimeout(() => {
      this.surfaceTimer = null
      const busy = [...this.session.masks.values()].some((m) => m.document.gestureIsOpen)
      if (busy) this.surfacesSoon()
      else void this.refreshSurfaces()
    }, surfaceDelayMs)
  }

  private async refreshSurfaces(): Promise<void> {
    const { session } = this
    if (!this.reduced || this.disposed) return
    this.surfaces ??= new SurfaceMaker()
    const wanted = new Set<string>()
    const state = session.store.getState()
    for (const [id, { document }] of session.masks) {
      if (!state.maskShown[id]?.visible) continue
      for (const segment of document.segments) {
        if (!segment.visible || document.counts[segment.value] === 0) continue
        const key = `${id}/${segment.value}`
        wanted.add(key)
        const revision = `${document.revision}|${segment.colour}`
        if (this.surfaceRevisions.get(key) === revision) continue
        this.surfaceRevisions.set(key, revision)
        try {
          const surface = await this.surfaces.surfaceOf(document, segment.value)
          if (this.disposed) return
          this.scene?.setSurface(key, surface, document.grid, segment.colour)
          this.moved()
        } catch (error) {
          if (this.disposed) return
          this.problem = error instanceof Error ? error.message : String(error)
          this.notify()
        }
      }
    }
    for (const id of this.scene?.surfaceIds ?? []) {
      if (wanted.has(id)) continue
      this.scene?.removeSurface(id)
      this.surfaceRevisions.delete(id)
      this.moved()
    }
  }

  /** The camera or the content moved: a coarse picture with the next frame, a fine one when nothing moves any more. */
  private moved(): void {
    if (!this.scene || !this.reduced || this.size.width < 2 || this.waitsForRequest) return
    if (this.idle) clearTimeout(this.idle)
    this.idle = setTimeout(() => this.draw('fine'), idleMs)
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null
      this.draw('coarse')
    })
  }

  private draw(quality: 'coarse' | 'fine'): void {
    if (!this.scene || this.disposed) return
    const { scale, step } = this.limits[quality]
    const { width, height, ratio } = this.size
    const ms = this.scene.render(width * ratio, height * ratio, scale, step)
    this.quality = quality
    if (quality === 'coarse' && this.isSoftware && ms > tooSlowMs) {
      if (this.idle) clearTimeout(this.idle)
      this.waitsForRequest = true
    }
    this.notify()
  }

  /** One fine still on request, where moving pictures are too slow. */
  renderStill(): void {
    this.waitsForRequest = false
    this.draw('fine')
  }

  dispose(): void {
    this.disposed = true
    this.abort.abort()
    for (const stop of this.stops) stop()
    if (this.frame !== null) cancelAnimationFrame(this.frame)
    if (this.idle) clearTimeout(this.idle)
    if (this.surfaceTimer) clearTimeout(this.surfaceTimer)
    this.surfaces?.dispose()
    this.scene?.dispose()
    this.scene = null
  }
}

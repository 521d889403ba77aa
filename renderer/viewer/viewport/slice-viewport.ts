import { tableHex } from '../../../main/shared/colour/tables.ts'
import type { RenderScheduler } from '../scheduler.ts'
import { type LabelInput, LabelPainter, strokeLines } from '../slice/label-painter.ts'
import { RangeTint, type ValueRange } from '../slice/range-tint.ts'
import { type SliceInput, SliceRenderer } from '../slice/slice-renderer.ts'

/** What a slice view shows now; null while there is nothing to show. */
export interface ViewportInput {
  readonly slice: SliceInput
  readonly labels: readonly LabelInput[]
  readonly devicePixelRatio: number
  /** Range of values tools may paint on, tinted below the labels; null shows none. */
  readonly tint: ValueRange | null
}

/**
 * One slice view: two stacked 2-D canvases, image with maps below, labels above. Holds no state of its own beyond kept
 * pixels; `update` says what to show, the scheduler decides when. Create and dispose may come twice (StrictMode).
 */
export class SliceViewport {
  /** Milliseconds the last image and label passes took, for the speed test. */
  readonly timing = { image: 0, labels: 0 }
  private readonly image: HTMLCanvasElement
  private readonly labels: HTMLCanvasElement
  private readonly scheduler: RenderScheduler
  private readonly renderer = new SliceRenderer()
  private readonly painter = new LabelPainter()
  private readonly tint = new RangeTint()
  private source: (() => ViewportInput | null) | null = null
  private drawn: SliceInput | null = null
  private imageIsStale = true

  constructor(image: HTMLCanvasElement, labels: HTMLCanvasElement, scheduler: RenderScheduler) {
    this.image = image
    this.labels = labels
    this.scheduler = scheduler
  }

  /** The function that says what to show is asked at drawing time, so that many changes cost one drawing. */
  connect(source: () => ViewportInput | null): void {
    this.source = source
    this.invalidate()
  }

  invalidate(): void {
    this.imageIsStale = true
    this.scheduler.invalidate(this)
  }

  /** Labels changed, the picture below did not: the brush takes this way. */
  invalidateLabels(): void {
    this.scheduler.invalidate(this)
  }

  draw(): void {
    const input = this.source?.() ?? null
    if (!input) {
      this.image.getContext('2d')?.clearRect(0, 0, this.image.width, this.image.height)
      this.labels.getContext('2d')?.clearRect(0, 0, this.labels.width, this.labels.height)
      return
    }
    const { width, height } = input.slice.view
    const resized = this.image.width !== width || this.image.height !== height
    if (resized) for (const canvas of [this.image, this.labels]) Object.assign(canvas, { width, height })
    if (this.imageIsStale || resized) this.drawImage(input.slice)
    this.drawLabels(input)
  }

  private drawImage(slice: SliceInput): void {
    const start = performance.now()
    const context = this.image.getContext('2d', { alpha: false })
    if (!context) return
    this.renderer.draw(slice)
    const { width, height } = slice.view
    const bytes = new Uint8ClampedArray(this.renderer.pixels.buffer, 0, width * height * 4)
    context.putImageData(new ImageData(bytes, width, height), 0, 0)
    this.drawn = slice
    this.imageIsStale = false
    this.timing.image = performance.now() - start
  }

  private drawLabels(input: ViewportInput): void {
    const start = performance.now()
    const context = this.labels.getContext('2d')
    if (!context) return
    const { frame, slice, view } = input.slice
    context.clearRect(0, 0, view.width, view.height)
    if (input.tint !== null) this.tint.draw(context, input.slice.image, frame, slice, input.tint, view)
    this.painter.draw(context, frame, slice, view, input.labels, input.devicePixelRatio)
    for (const { lines, input: map } of this.renderer.outlines) {
      strokeLines(context, lines, tableHex(map.style.table, 820), input.devicePixelRatio)
    }
    this.timing.labels = performance.now() - start
  }

  /** The finished pixels of the image canvas (RGBA words) with the input they were made from. */
  get picture(): { readonly pixels: Uint32Array; readonly input: SliceInput } | null {
    return this.drawn ? { pixels: this.renderer.pixels, input: this.drawn } : null
  }

  dispose(): void {
    this.scheduler.forget(this)
    this.source = null
    this.drawn = null
    // A canvas of size 0 gives its memory back at once.
    for (const canvas of [this.image, this.labels]) Object.assign(canvas, { width: 0, height: 0 })
  }
}

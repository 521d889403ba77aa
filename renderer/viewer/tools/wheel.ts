/** One notch of a wheel as browsers report it, in pixels; trackpads send many small parts of it. */
const notch = 100
const lineHeight = 40

/**
 * Turns wheel deltas into whole steps. Mice send ±100 (or 3 lines, or 1 page) a notch, trackpads a stream of small values:
 * all are summed, and a change of direction starts anew, so that one notch is one step and no step is lost.
 */
export class WheelAccumulator {
  private rest = 0

  steps(event: Pick<WheelEvent, 'deltaY' | 'deltaX' | 'deltaMode'>): number {
    const raw = Math.abs(event.deltaY) >= Math.abs(event.deltaX) ? event.deltaY : event.deltaX
    const pixels = event.deltaMode === 0 ? raw : event.deltaMode === 1 ? raw * lineHeight : Math.sign(raw) * notch
    if (pixels !== 0 && Math.sign(pixels) !== Math.sign(this.rest)) this.rest = 0
    this.rest += pixels
    const whole = Math.trunc(this.rest / notch + Math.sign(this.rest) * 1e-6)
    this.rest -= whole * notch
    return whole
  }
}

/** Something that can draw itself once. */
export interface Drawable {
  draw(): void
}

/** Coalesces redraws of all views to one per animation frame; view code calls `invalidate`, never `draw`. */
export class RenderScheduler {
  private readonly waiting = new Set<Drawable>()
  private frame: number | null = null

  invalidate(view: Drawable): void {
    this.waiting.add(view)
    this.frame ??= requestAnimationFrame(() => this.flush())
  }

  forget(view: Drawable): void {
    this.waiting.delete(view)
  }

  /** Draws everything that waits now. One failing view does not keep the others from drawing; its error is reported afterwards. */
  flush(): void {
    if (this.frame !== null) cancelAnimationFrame(this.frame)
    this.frame = null
    const views = [...this.waiting]
    this.waiting.clear()
    const failures: unknown[] = []
    for (const view of views) {
      try {
        view.draw()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}

export const scheduler = new RenderScheduler()

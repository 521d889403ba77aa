import { say } from '../actions.ts'
import { useActiveMask, useCase, useCaseState } from '../case-context.tsx'
import { planeFrame } from '../geometry/planes.ts'
import type { MaskDocument } from '../mask/document.ts'
import type { MaskingRules } from '../mask/masking.ts'
import { whyNotDrawable } from '../mask/refusal.ts'

export interface MaskOperation {
  readonly document: MaskDocument
  /** The active segment's value. */
  readonly segment: number
  /** Normal of the active view. */
  readonly axis: 0 | 1 | 2
  readonly flat: boolean
  readonly unit: 'mm' | 'px'
  /** Why operations cannot run now, for a tooltip; null when they can. */
  readonly waits: string | null
  /** Runs an operation under the masking rules; its error, or `nothing` where it changed nothing, is said in one sentence. */
  run(operation: (rules: MaskingRules) => unknown, nothing: string): void
}

/** What operations on the active segment of the edited mask need, or null while none is edited. */
export function useMaskOperation(): MaskOperation | null {
  const { store } = useCase()
  const document = useActiveMask()
  const segment = useCaseState((s) => s.activeSegment)
  const active = useCaseState((s) => s.active)
  const grid = useCaseState((s) => s.grid)
  const visible = useCaseState((s) => (s.activeMask === null ? true : (s.maskShown[s.activeMask]?.visible ?? true)))
  if (document === null) return null
  const empty = document.counts[segment] === 0 ? 'The segment is empty: draw it first.' : null
  return {
    document,
    segment,
    axis: planeFrame(grid, active === 'volume' ? 'axial' : active).axes[2] as 0 | 1 | 2,
    flat: grid.dims[2] === 1,
    unit: grid.physical ? 'mm' : 'px',
    waits: whyNotDrawable(document, segment, visible) ?? empty,
    run: (operation, nothing) => {
      try {
        say(store, operation(store.getState().masking) === null ? nothing : null)
      } catch (error) {
        say(store, error instanceof Error ? error.message : String(error))
      }
    },
  }
}

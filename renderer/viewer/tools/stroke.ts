import { say } from '../actions.ts'
import type { MaskDocument } from '../mask/document.ts'
import type { Edit } from '../mask/history.ts'
import type { MaskingRules } from '../mask/masking.ts'
import { whyNotDrawable, whyNothingChanged } from '../mask/refusal.ts'
import type { CaseState } from '../store.ts'
import type { ViewTarget } from './view-target.ts'

type Target = Pick<ViewTarget, 'session'>

/** The document tools write into, or null while none is chosen. */
export function activeDocument(target: Target): MaskDocument | null {
  const { activeMask } = target.session.store.getState()
  return activeMask === null ? null : (target.session.masks.get(activeMask)?.document ?? null)
}

/** The document if its active segment may be drawn on now; otherwise the reason is said and the answer is null. */
export function drawableDocument(target: Target): MaskDocument | null {
  const { store } = target.session
  const document = activeDocument(target)
  const { activeSegment, maskShown } = store.getState()
  const reason =
    document === null
      ? 'No mask is being edited. Choose one in the list of masks, or make a new one.'
      : whyNotDrawable(document, activeSegment, maskShown[document.id]?.visible ?? true)
  say(store, reason)
  return reason === null ? document : null
}

/** What a tool writes and by which rules. */
export interface StrokeValue {
  readonly value: number
  readonly rules: MaskingRules
  readonly erase: boolean
}

/** Paint or erase: the tool, turned round while X is held. Erasing takes away the active segment only, within the range of values. */
export function strokeValue(state: CaseState): StrokeValue {
  const erase = (state.tool === 'eraser') !== state.inverted
  if (!erase) return { value: state.activeSegment, rules: state.masking, erase }
  const rules: MaskingRules = {
    ...state.masking,
    area: 'inside-segment',
    areaSegment: state.activeSegment,
    overwrite: 'all',
  }
  return { value: 0, rules, erase }
}

/** Says why a completed gesture changed nothing, where masking is the reason. */
export function tellNothing(target: Target, edit: Edit | null, { rules, erase }: StrokeValue): void {
  const document = activeDocument(target)
  if (edit !== null || document === null) return
  // An eraser that meets none of its segment had nothing to do; only the range of values may have stopped it.
  if (erase && document.lastRefused.range === 0) return
  say(target.session.store, whyNothingChanged(document, rules, target.session.image.layer.volume.unit))
}

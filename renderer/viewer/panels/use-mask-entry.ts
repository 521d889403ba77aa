import { useEffect, useReducer, useState } from 'react'
import type { Segment } from '../../../main/shared/domain/mask.ts'
import { useActiveMask, useCase } from '../case-context.tsx'
import type { MaskEntry } from '../case-session.ts'

export interface EditedMask extends MaskEntry {
  /** Sentence of the last failed change of segments; the screen keeps what was typed. */
  readonly failure: string | null
  /** Changes the list of segments here and in the project. */
  changeSegments(segments: readonly Segment[]): void
  changeSegment(value: number, change: Partial<Segment>): void
}

/** The mask being edited with the ways to change its segments, or null; renders again at every completed change. */
export function useEditedMask(): EditedMask | null {
  const session = useCase()
  const document = useActiveMask()
  const [failure, setFailure] = useState<string | null>(null)
  const entry = document === null ? undefined : session.masks.get(document.id)
  if (entry === undefined) return null
  const changeSegments = (segments: readonly Segment[]) => {
    entry.document.setSegments(segments)
    entry.sync.saveSegments().then(
      () => setFailure(null),
      (error: unknown) => setFailure(error instanceof Error ? error.message : String(error)),
    )
  }
  return {
    ...entry,
    failure,
    changeSegments,
    changeSegment: (value, change) =>
      changeSegments(entry.document.segments.map((one) => (one.value === value ? { ...one, ...change } : one))),
  }
}

/** Renders again whenever the saving of a mask changes its state. */
export function useSaving(entry: MaskEntry | null): void {
  const [, again] = useReducer((n: number) => n + 1, 0)
  useEffect(() => entry?.sync.onChange(again), [entry?.sync])
}

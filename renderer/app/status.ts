import type { ReactNode } from 'react'
import { useEffect } from 'react'
import { create } from 'zustand'

interface StatusPart {
  readonly id: string
  readonly content: ReactNode
}

interface StatusState {
  readonly parts: readonly StatusPart[]
  readonly saving: 'All saved' | 'Saving' | 'Not saved'
  setParts(parts: readonly StatusPart[]): void
  setSaving(saving: StatusState['saving']): void
}

/** What the screen in front writes on the status line; empty means the project's own summary. */
export const useStatusParts = create<StatusState>((set) => ({
  parts: [],
  saving: 'All saved',
  setParts: (parts) => set({ parts }),
  setSaving: (saving) => set({ saving }),
}))

/** Shows the parts while the calling screen is mounted. */
export function useStatusLine(parts: readonly StatusPart[]): void {
  const setParts = useStatusParts((state) => state.setParts)
  useEffect(() => setParts(parts), [parts, setParts])
  useEffect(() => () => setParts([]), [setParts])
}

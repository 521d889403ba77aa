import { createContext, type ReactNode, useContext, useEffect, useReducer } from 'react'
import { useStore } from 'zustand'
import type { CaseSession } from './case-session.ts'
import type { MaskDocument } from './mask/document.ts'
import type { CaseState } from './store.ts'

const CaseContext = createContext<CaseSession | null>(null)

/** Makes an open case reachable for the viewer's components below. */
export function CaseProvider({ session, children }: { session: CaseSession; children: ReactNode }) {
  return <CaseContext value={session}>{children}</CaseContext>
}

export function useCase(): CaseSession {
  const session = useContext(CaseContext)
  if (!session) throw new Error('This component belongs inside a CaseProvider.')
  return session
}

/** A narrow selection of the case's state. */
export function useCaseState<T>(select: (state: CaseState) => T): T {
  return useStore(useCase().store, select)
}

/** Renders again when layers of the case (image, maps, list of masks) change, not at every brush sample. */
export function useCaseLayers(): CaseSession {
  const session = useCase()
  const [, again] = useReducer((n: number) => n + 1, 0)
  useEffect(() => session.onChange((change) => change === 'picture' && again()), [session])
  return session
}

/** The mask document being edited, or null; renders again at every completed change of it. */
export function useActiveMask(everySample = false): MaskDocument | null {
  const session = useCase()
  const id = useCaseState((s) => s.activeMask)
  const document = id === null ? null : (session.masks.get(id)?.document ?? null)
  const [, again] = useReducer((n: number) => n + 1, 0)
  useEffect(() => {
    if (!document) return
    return document.onChange(() => (everySample || !document.gestureIsOpen) && again())
  }, [document, everySample])
  return document
}

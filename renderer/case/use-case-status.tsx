import { type ReactNode, useMemo } from 'react'
import { useStatusLine } from '../app/status.ts'
import { CaseProvider } from '../viewer/case-context.tsx'
import type { CaseSession } from '../viewer/case-session.ts'
import { ProbeStatus } from '../viewer/panels/ProbeStatus.tsx'

/** Writes what lies under the pointer, and a hint of the screen, on the status line while a case's screen is shown. */
export function useCaseStatus(session: CaseSession | null, hint: ReactNode = null): void {
  useStatusLine(
    useMemo(
      () =>
        session === null
          ? []
          : [
              {
                id: 'probe',
                content: (
                  <CaseProvider session={session}>
                    <ProbeStatus />
                  </CaseProvider>
                ),
              },
              ...(hint === null ? [] : [{ id: 'hint', content: hint }]),
            ],
      [session, hint],
    ),
  )
}

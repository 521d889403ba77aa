import { useEffect, useState } from 'react'
import { apiHeaders } from '../app/api.ts'
import { CaseSession } from '../viewer/case-session.ts'

/** The viewer's way to the API: plain fetch with the token of this shell. */
const api = (path: string, init: RequestInit = {}) =>
  fetch(path, { ...init, headers: apiHeaders(init.headers as Record<string, string> | undefined) })

export interface OpenCase {
  readonly session: CaseSession | null
  /** A sentence when something of the case could not be opened; the rest stays usable. */
  readonly error: string | null
}

/** Opens a case by its image while the calling screen shows it; another image closes the first, its memory with it. */
export function useOpenCase(volumeId: string | null): OpenCase {
  const [open, setOpen] = useState<OpenCase>({ session: null, error: null })
  useEffect(() => {
    if (volumeId === null) return
    let live = true
    let session: CaseSession | null = null
    const fail = (error: unknown) => {
      if (live && !(error instanceof DOMException && error.name === 'AbortError'))
        setOpen((now) => ({ ...now, error: error instanceof Error ? error.message : String(error) }))
    }
    setOpen({ session: null, error: null })
    CaseSession.open(api, volumeId, fail).then((opened) => {
      session = opened
      if (live) setOpen((now) => ({ ...now, session: opened }))
      else opened.dispose()
    }, fail)
    return () => {
      live = false
      session?.dispose()
    }
  }, [volumeId])
  return open
}

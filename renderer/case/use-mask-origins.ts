import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { Mask } from '../../main/shared/domain/mask.ts'
import { getJson } from '../app/api.ts'
import { say } from '../viewer/actions.ts'
import type { CaseSession } from '../viewer/case-session.ts'

/** Where each mask of an image comes from; masks that appear while the case is open join it. */
export function useMaskOrigins(
  volumeId: string | null,
  session: CaseSession | null,
): ReadonlyMap<string, Mask['origin']> {
  const masks = useQuery({
    queryKey: ['masks', volumeId],
    queryFn: ({ signal }) => getJson<Mask[]>(`/api/masks?volumeId=${volumeId}`, signal),
    enabled: volumeId !== null,
  })
  useEffect(() => {
    if (session === null || session.store.getState().volumeId !== volumeId) return
    if (masks.data?.every((mask) => session.masks.has(mask.id)) ?? true) return
    session.refreshMasks().catch((error: unknown) => {
      // The case was closed while its masks were read; whoever reads next sees them.
      if (error instanceof DOMException && error.name === 'AbortError') return
      say(session.store, error instanceof Error ? error.message : String(error))
    })
  }, [masks.data, session, volumeId])
  return useMemo(() => new Map((masks.data ?? []).map((mask) => [mask.id, mask.origin])), [masks.data])
}

import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import { getJson } from '../app/api.ts'
import type { CaseSession } from '../viewer/case-session.ts'

/** Keeps the open case's list of maps as the project has it; maps computed meanwhile appear by themselves. */
export function useCaseMaps(session: CaseSession): void {
  const { volumeId } = session.store.getState()
  const list = useQuery({
    queryKey: ['maps', volumeId],
    queryFn: ({ signal }) => getJson<SaliencyMap[]>(`/api/maps?volumeId=${volumeId}`, signal),
  })
  useEffect(() => {
    if (list.data !== undefined) session.setMapRecords(list.data)
  }, [list.data, session])
}

import { useEffect, useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import type { WorklistRow } from '../../main/shared/domain/study.ts'
import { useStudies } from '../worklist/WorklistScreen.tsx'

const LAST = 'saliscope-last-study'
const natural = new Intl.Collator('en', { numeric: true })

export interface CaseChoice {
  readonly loading: boolean
  readonly rows: readonly WorklistRow[]
  readonly row: WorklistRow | null
  /** Place of the case among all, from 0. */
  readonly at: number
  readonly volumeId: string | null
  chooseVolume(id: string): void
  /** Goes to the case `by` places on, on the same screen. */
  step(by: number): void
}

/** Which case and image a case's screen shows: the one in the address, else the last one seen, else the first. */
export function useCaseChoice(screen: 'viewer' | 'compare' | 'annotate'): CaseChoice {
  const { studyId } = useParams()
  const navigate = useNavigate()
  const studies = useStudies()
  const rows = [...(studies.data ?? [])].sort((a, b) => natural.compare(a.code, b.code))
  const wanted = studyId ?? sessionStorage.getItem(LAST)
  const at = Math.max(
    0,
    rows.findIndex((row) => row.id === wanted),
  )
  const row = rows[at] ?? null
  const [volume, setVolume] = useState<{ study: string; id: string } | null>(null)
  useEffect(() => {
    if (row === null) return
    sessionStorage.setItem(LAST, row.id)
    if (studyId === undefined) navigate(`/${screen}/${row.id}`, { replace: true })
  }, [row, studyId, navigate, screen])
  const chosen =
    row !== null && volume?.study === row.id && row.volumes.some((one) => one.id === volume.id) ? volume.id : null
  return {
    loading: studies.isPending,
    rows,
    row,
    at,
    volumeId: chosen ?? row?.volumes[0]?.id ?? null,
    chooseVolume: (id) => row !== null && setVolume({ study: row.id, id }),
    step: (by) => {
      const next = rows[(at + by + rows.length) % rows.length]
      if (next !== undefined) navigate(`/${screen}/${next.id}`)
    },
  }
}

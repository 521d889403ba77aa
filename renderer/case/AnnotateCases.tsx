import { SegmentedControl } from '@mantine/core'
import { IconCheck, IconCircle, IconCircleHalf2, IconFlag } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import type { WorklistRow } from '../../main/shared/domain/study.ts'
import { formatInteger } from '../ui/format.ts'
import { maskStatus } from '../worklist/filters.ts'
import styles from './Annotate.module.css'
import type { CaseChoice } from './use-case-choice.ts'

type State = ReturnType<typeof maskStatus>

const ICONS = { 'to do': IconCircle, interim: IconCircleHalf2, flagged: IconFlag, accepted: IconCheck } as const
const FILTERS = ['All', 'To do', 'Interim', 'Flagged'] as const
const ROW_PX = 28

/** Cases of a state, in the list's order; the one that is open stays in whatever the filter says. */
export function casesInState(
  rows: readonly WorklistRow[],
  filter: (typeof FILTERS)[number],
  openId: string | null,
): readonly WorklistRow[] {
  if (filter === 'All') return rows
  return rows.filter((row) => maskStatus(row) === filter.toLowerCase() || row.id === openId)
}

/** The next case after a place, round the end, that nobody has drawn on; null when there is none. */
export function nextToDo(rows: readonly WorklistRow[], at: number): WorklistRow | null {
  return [...rows.slice(at + 1), ...rows.slice(0, at)].find((row) => maskStatus(row) === 'to do') ?? null
}

/** All cases with what became of their outlines; only the rows in sight are drawn. */
export function AnnotateCases({ choice }: { choice: CaseChoice }) {
  const navigate = useNavigate()
  const scroll = useRef<HTMLDivElement>(null)
  const [filter, setFilter] = useState<(typeof FILTERS)[number]>('All')
  const openId = choice.row?.id ?? null
  const rows = casesInState(choice.rows, filter, openId)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  })
  const place = rows.findIndex((row) => row.id === openId)
  useEffect(() => {
    if (place >= 0) virtual.scrollToIndex(place)
  }, [place, virtual])
  const accepted = choice.rows.filter((row) => maskStatus(row) === 'accepted').length
  return (
    <section className={styles.cases} aria-label="Cases">
      <div className={styles.casesHead}>
        <h3>
          Cases
          <span>
            {formatInteger(accepted)} of {formatInteger(choice.rows.length)} accepted
          </span>
        </h3>
        <SegmentedControl
          fullWidth
          className={styles.filter}
          aria-label="Cases shown"
          data={[...FILTERS]}
          value={filter}
          onChange={(value) => setFilter(value as typeof filter)}
        />
      </div>
      <div ref={scroll} className={styles.scroll}>
        <div style={{ position: 'relative', height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index]
            const state: State = maskStatus(row)
            const Icon = ICONS[state]
            return (
              <button
                key={row.id}
                type="button"
                className={styles.case}
                style={{ top: start }}
                aria-current={row.id === openId}
                onClick={() => navigate(`/annotate/${row.id}`)}
              >
                <Icon size={14} stroke={1.5} className={styles[state]} />
                <span>{row.code}</span>
                <span>{state}</span>
              </button>
            )
          })}
        </div>
      </div>
    </section>
  )
}

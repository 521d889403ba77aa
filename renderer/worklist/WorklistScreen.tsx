import { Button, TextInput } from '@mantine/core'
import { IconSearch, IconUpload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import type { WorklistRow } from '../../main/shared/domain/study.ts'
import { getJson } from '../app/api.ts'
import { useStatusLine } from '../app/status.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { formatCount, formatInteger } from '../ui/format.ts'
import { Notice } from '../ui/Notice.tsx'
import { CasePreview } from './CasePreview.tsx'
import { CaseTable } from './CaseTable.tsx'
import { FilterPanel } from './FilterPanel.tsx'
import { applyFilter, maskStatus, NO_FILTER, type Sort, sortRows } from './filters.ts'
import styles from './WorklistScreen.module.css'

export const useStudies = () =>
  useQuery({ queryKey: ['studies'], queryFn: ({ signal }) => getJson<WorklistRow[]>('/api/studies', signal) })

/** All cases of the project: virtual table, filters, preview. */
export default function WorklistScreen() {
  const studies = useStudies()
  const navigate = useNavigate()
  const search = useRef<HTMLInputElement>(null)
  const [filter, setFilter] = useState(NO_FILTER)
  const [sort, setSort] = useState<Sort>({ column: 'code', descending: false })
  const [selectedId, setSelectedId] = useState<string | null>(null)

  const all = studies.data ?? []
  const rows = useMemo(() => sortRows(applyFilter(all, filter), sort), [all, filter, sort])
  const selected = rows.find((row) => row.id === selectedId) ?? rows[0] ?? null
  const open = (row: WorklistRow) => navigate(`/viewer/${row.id}`)
  const openNext = () => {
    const from = selected === null ? 0 : rows.indexOf(selected) + 1
    const next = [...rows.slice(from), ...rows.slice(0, from)].find((row) => maskStatus(row) === 'to do')
    if (next !== undefined) navigate(`/annotate/${next.id}`)
  }
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f') {
        event.preventDefault()
        search.current?.focus()
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  const modalities = [...new Set(all.flatMap((row) => row.modalities))].sort().join(', ')
  useStatusLine(
    useMemo(
      () => [
        { id: 'cases', content: formatCount(all.length, 'case', 'cases') },
        ...(modalities ? [{ id: 'modalities', content: modalities }] : []),
      ],
      [all.length, modalities],
    ),
  )

  if (studies.error) return <Notice kind="error">{studies.error.message}</Notice>
  if (studies.isSuccess && all.length === 0) {
    return (
      <EmptyState
        action={
          <Button
            variant="filled"
            size="sm"
            leftSection={<IconUpload size={16} stroke={1.5} />}
            onClick={() => navigate('/import')}
          >
            Import studies
          </Button>
        }
      >
        The worklist shows every case of this project: its images, masks by reader and maps. There are none yet.
      </EmptyState>
    )
  }
  return (
    <div className={styles.screen}>
      <FilterPanel rows={all} filter={filter} onChange={setFilter} />
      <div className={styles.middle}>
        <div className={styles.bar}>
          <TextInput
            ref={search}
            className={styles.search}
            leftSection={<IconSearch size={16} stroke={1.5} />}
            placeholder="Case, group, finding"
            aria-label="Search cases"
            value={filter.text}
            onChange={(event) => setFilter({ ...filter, text: event.currentTarget.value })}
          />
          <span className={styles.space} />
          <Button onClick={openNext}>Next not done</Button>
          <Button
            variant="filled"
            leftSection={<IconUpload size={16} stroke={1.5} />}
            onClick={() => navigate('/import')}
          >
            Import
          </Button>
        </div>
        {rows.length === 0 && studies.isSuccess ? (
          <EmptyState action={<Button onClick={() => setFilter(NO_FILTER)}>Clear the filter</Button>}>
            No case matches the filter.
          </EmptyState>
        ) : (
          <CaseTable
            rows={rows}
            sort={sort}
            onSort={setSort}
            selected={selected}
            onSelect={(row) => setSelectedId(row.id)}
            onOpen={open}
          />
        )}
        <div className={styles.foot}>
          <span>
            {formatInteger(rows.length)} of {formatCount(all.length, 'case', 'cases')}
          </span>
          <span>Enter opens, Ctrl F searches</span>
        </div>
      </div>
      <CasePreview row={selected} onOpen={open} />
    </div>
  )
}

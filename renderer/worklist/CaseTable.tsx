import {
  IconAlertTriangle,
  IconArrowDown,
  IconArrowUp,
  IconCheck,
  IconCircle,
  IconCircleHalf2,
  IconFlag,
} from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useRef } from 'react'
import type { WorklistRow } from '../../main/shared/domain/study.ts'
import { FindingBadge } from '../ui/FindingBadge.tsx'
import { formatInteger } from '../ui/format.ts'
import table from '../ui/table.module.css'
import styles from './CaseTable.module.css'
import { imageCount, maskStatus, type Sort, type SortColumn } from './filters.ts'

const ROW_PX = 28

const COLUMNS: readonly {
  id: SortColumn | 'masks' | 'outline' | 'findings'
  title: string
  number?: boolean
  sortable: boolean
}[] = [
  { id: 'code', title: 'Case', sortable: true },
  { id: 'group', title: 'Group', sortable: true },
  { id: 'split', title: 'Split', sortable: true },
  { id: 'modality', title: 'Modality', sortable: true },
  { id: 'images', title: 'Images', number: true, sortable: true },
  { id: 'masks', title: 'Masks by reader', sortable: false },
  { id: 'outline', title: 'Outline', sortable: false },
  { id: 'maps', title: 'Maps', number: true, sortable: true },
  { id: 'measurements', title: 'Measured', number: true, sortable: true },
  { id: 'findings', title: 'Findings', sortable: false },
]

/** Only the rows in sight are drawn, so ten thousand cases scroll as ten do. */
export function CaseTable(props: {
  rows: readonly WorklistRow[]
  sort: Sort
  onSort: (sort: Sort) => void
  selected: WorklistRow | null
  onSelect: (row: WorklistRow) => void
  onOpen: (row: WorklistRow) => void
}) {
  const scroll = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: props.rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  })
  const items = virtual.getVirtualItems()
  const before = items[0]?.start ?? 0
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)

  const onKey = (event: KeyboardEvent) => {
    const at = props.selected === null ? -1 : props.rows.indexOf(props.selected)
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 }[event.key]
    const target =
      event.key === 'Home'
        ? 0
        : event.key === 'End'
          ? props.rows.length - 1
          : step === undefined
            ? null
            : Math.max(0, Math.min(props.rows.length - 1, at + step))
    if (target !== null && props.rows[target] !== undefined) {
      event.preventDefault()
      props.onSelect(props.rows[target])
      virtual.scrollToIndex(target)
    } else if (event.key === 'Enter' && props.selected !== null) props.onOpen(props.selected)
  }

  return (
    <section ref={scroll} className={table.scroll} tabIndex={0} onKeyDown={onKey} aria-label="Cases">
      <table className={table.table}>
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th
                key={column.id}
                className={column.number ? table.number : undefined}
                aria-sort={
                  column.id === props.sort.column ? (props.sort.descending ? 'descending' : 'ascending') : undefined
                }
              >
                {column.sortable ? (
                  <SortButton
                    title={column.title}
                    column={column.id as SortColumn}
                    sort={props.sort}
                    onSort={props.onSort}
                  />
                ) : (
                  column.title
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr style={{ height: before }} />}
          {items.map(({ index }) => {
            const row = props.rows[index]
            return (
              <tr
                key={row.id}
                data-clickable
                aria-selected={row.id === props.selected?.id}
                onClick={() => props.onSelect(row)}
                onDoubleClick={() => props.onOpen(row)}
              >
                <Cells row={row} />
              </tr>
            )
          })}
          {after > 0 && <tr style={{ height: after }} />}
        </tbody>
      </table>
    </section>
  )
}

function SortButton({
  title,
  column,
  sort,
  onSort,
}: {
  title: string
  column: SortColumn
  sort: Sort
  onSort: (sort: Sort) => void
}) {
  const here = sort.column === column
  return (
    <button
      type="button"
      className={here ? styles.sorted : styles.sort}
      onClick={() => onSort({ column, descending: here && !sort.descending })}
    >
      {title}
      {here && (sort.descending ? <IconArrowDown size={12} stroke={1.5} /> : <IconArrowUp size={12} stroke={1.5} />)}
    </button>
  )
}

function Cells({ row }: { row: WorklistRow }) {
  return (
    <>
      <td className={table.name}>{row.code}</td>
      <td className={styles.clip} title={row.group}>
        {row.group || '–'}
      </td>
      <td>{row.split || '–'}</td>
      <td>{row.modalities.join(', ')}</td>
      <td className={table.number}>{formatInteger(imageCount(row))}</td>
      <td>
        {row.masks.map((mask) => (
          <span
            key={mask.id}
            className={mask.status === 'completed' ? styles.reader : styles.readerOpen}
            title={`${mask.reader}: ${mask.status.replace('-', ' ')}`}
          >
            {mask.reader}
          </span>
        ))}
      </td>
      <td>
        <Outline status={maskStatus(row)} />
      </td>
      <td className={table.number}>{formatInteger(row.mapCount)}</td>
      <td className={table.number}>{formatInteger(row.measurementCount)}</td>
      <td className={table.rest}>{row.findings.length > 0 && <FindingBadge findings={row.findings} />}</td>
    </>
  )
}

const OUTLINE_ICONS = { 'to do': IconCircle, interim: IconCircleHalf2, flagged: IconFlag, accepted: IconCheck } as const

function Outline({ status }: { status: ReturnType<typeof maskStatus> }) {
  const Icon = OUTLINE_ICONS[status] ?? IconAlertTriangle
  return (
    <span className={`${table.state} ${status === 'flagged' ? table.warn : status === 'to do' ? table.quiet : ''}`}>
      <Icon size={16} stroke={1.5} /> {status}
    </span>
  )
}

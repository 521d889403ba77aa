import { Tooltip } from '@mantine/core'
import { formatNumber } from '../ui/format.ts'
import type { MethodEntry, MetricEntry } from '../ui/registries.ts'
import tableStyles from '../ui/table.module.css'
import { type CellValue, isBetter, type ResultRow, type ResultTable } from './aggregate.ts'
import styles from './ResultsScreen.module.css'

export interface ChosenCell {
  readonly row: ResultRow
  readonly column: string
  readonly value: CellValue
}

interface Props {
  readonly columns: ResultTable['columns']
  readonly rows: readonly ResultRow[]
  readonly methods: readonly MethodEntry[]
  readonly metrics: readonly MetricEntry[]
  readonly chosen: ChosenCell | null
  readonly onChoose: (cell: ChosenCell) => void
}

const ARROWS = { higher: '↑', lower: '↓', none: '' } as const

/** Best of a column in bold, count under each value, chance as the last row. */
export function ResultTableView({ columns, rows, methods, metrics, chosen, onChoose }: Props) {
  const titleOf = (id: string) => methods.find((method) => method.id === id)?.title ?? id
  const metricOf = (id: string) => metrics.find((metric) => metric.id === id)
  const bestOf = (key: string, metric: string) => {
    const direction = metricOf(metric)?.direction ?? 'none'
    let best: number | null = null
    for (const row of rows) {
      const mean = row.cells[key]?.mean ?? null
      if (mean !== null && (best === null || isBetter(mean, best, direction))) best = mean
    }
    return direction === 'none' ? null : best
  }
  return (
    <div className={tableStyles.scroll}>
      <table className={tableStyles.table}>
        <thead>
          <tr>
            <th>Method</th>
            {columns.map((column) => (
              <th key={column.key} className={tableStyles.number}>
                <Tooltip label={metricOf(column.metric)?.summary ?? column.metric} multiline maw={320}>
                  <span>
                    {metricOf(column.metric)?.title ?? column.metric}{' '}
                    {ARROWS[metricOf(column.metric)?.direction ?? 'none']}
                    {column.segment !== null && <span className={styles.segment}>{column.segment}</span>}
                  </span>
                </Tooltip>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.method} ${row.setting}`}>
              <td>
                <span className={tableStyles.name}>{titleOf(row.method)}</span>
                {row.setting && <span className={styles.setting}>{row.setting}</span>}
              </td>
              {columns.map((column) => (
                <td key={column.key} className={tableStyles.number}>
                  <Cell
                    value={row.cells[column.key]}
                    best={bestOf(column.key, column.metric)}
                    chosen={chosen?.row === row && chosen.column === column.key}
                    onClick={(value) => onChoose({ row, column: column.key, value })}
                  />
                </td>
              ))}
            </tr>
          ))}
          <tr className={styles.chance}>
            <td>Chance</td>
            {columns.map((column) => (
              <td key={column.key} className={tableStyles.number}>
                {formatNumber(meanChance(rows, column.key))}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  )
}

function meanChance(rows: readonly ResultRow[], key: string): number | null {
  const chances = rows.map((row) => row.cells[key]?.chance ?? null).filter((chance) => chance !== null)
  return chances.length === 0 ? null : chances.reduce((a, b) => a + b, 0) / chances.length
}

function Cell({
  value,
  best,
  chosen,
  onClick,
}: {
  value: CellValue | undefined
  best: number | null
  chosen: boolean
  onClick: (value: CellValue) => void
}) {
  if (value === undefined) return <span className={tableStyles.quiet}>–</span>
  const missing = Object.entries(value.undefinedBy)
  const label =
    missing.length > 0 ? `not defined for ${missing.map(([reason, count]) => `${count} (${reason})`).join(', ')}` : null
  return (
    <button
      type="button"
      className={styles.cell}
      aria-pressed={chosen}
      title={label ?? undefined}
      onClick={() => onClick(value)}
    >
      <span className={value.mean !== null && value.mean === best ? styles.best : styles.value}>
        {value.mean === null ? 'not defined' : formatNumber(value.mean)}
      </span>
      <span className={styles.count}>
        n {value.count}
        {missing.length > 0 && `, ${missing.reduce((sum, [, count]) => sum + count, 0)} undefined`}
      </span>
    </button>
  )
}

import type { WorklistRow } from '../../main/shared/domain/study.ts'
import { formatInteger } from '../ui/format.ts'
import styles from './FilterPanel.module.css'
import { countBy, VIEWS, type WorklistFilter } from './filters.ts'

const SPLITS: Record<string, string> = { train: 'Training', tune: 'Validation', test: 'Test' }

/** Views and values to filter by, each with its count; a second click on a value clears it. */
export function FilterPanel({
  rows,
  filter,
  onChange,
}: {
  rows: readonly WorklistRow[]
  filter: WorklistFilter
  onChange: (filter: WorklistFilter) => void
}) {
  const groups = countBy(rows, (row) => [row.group])
  const splits = countBy(rows, (row) => [row.split])
  const modalities = countBy(rows, (row) => row.modalities)
  const toggle = (key: 'group' | 'split' | 'modality', value: string) =>
    onChange({ ...filter, [key]: filter[key] === value ? null : value })
  return (
    <nav className={styles.panel} aria-label="Filters">
      <Block title="Views">
        {VIEWS.map((view) => (
          <Choice
            key={view.id}
            title={view.title}
            count={rows.filter(view.holds).length}
            chosen={filter.view === view.id}
            onClick={() => onChange({ ...filter, view: view.id })}
          />
        ))}
      </Block>
      {splits.length > 0 && (
        <Block title="Split">
          {splits.map(([value, count]) => (
            <Choice
              key={value}
              title={SPLITS[value] ?? value}
              count={count}
              chosen={filter.split === value}
              onClick={() => toggle('split', value)}
            />
          ))}
        </Block>
      )}
      {groups.length > 0 && (
        <Block title="Group">
          {groups.map(([value, count]) => (
            <Choice
              key={value}
              title={value}
              count={count}
              chosen={filter.group === value}
              onClick={() => toggle('group', value)}
            />
          ))}
        </Block>
      )}
      <Block title="Modality">
        {modalities.map(([value, count]) => (
          <Choice
            key={value}
            title={value}
            count={count}
            chosen={filter.modality === value}
            onClick={() => toggle('modality', value)}
          />
        ))}
      </Block>
    </nav>
  )
}

function Block({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className={styles.block}>
      <h3>{title}</h3>
      {children}
    </section>
  )
}

function Choice({
  title,
  count,
  chosen,
  onClick,
}: {
  title: string
  count: number
  chosen: boolean
  onClick: () => void
}) {
  return (
    <button type="button" className={styles.choice} aria-pressed={chosen} onClick={onClick}>
      <span>{title}</span>
      <span className={styles.count}>{formatInteger(count)}</span>
    </button>
  )
}

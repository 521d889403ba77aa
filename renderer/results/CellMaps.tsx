import { CloseButton } from '@mantine/core'
import { useNavigate } from 'react-router'
import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import type { StoredMeasurement } from '../../main/shared/domain/measurement.ts'
import { formatNumber } from '../ui/format.ts'
import table from '../ui/table.module.css'
import { useStudies } from '../worklist/WorklistScreen.tsx'
import styles from './ResultsScreen.module.css'
import type { ChosenCell } from './ResultTableView.tsx'

/** The maps behind one number, worst first; a click opens the map on its image. */
export function CellMaps({
  cell,
  maps,
  measurements,
  onClose,
}: {
  cell: ChosenCell
  maps: readonly SaliencyMap[]
  measurements: readonly StoredMeasurement[]
  onClose: () => void
}) {
  const navigate = useNavigate()
  const studies = useStudies()
  const caseOf = new Map((studies.data ?? []).flatMap((row) => row.volumes.map((volume) => [volume.id, row] as const)))
  const metric = cell.column.split(' · ')[0]
  const keys = new Set(cell.value.mapKeys)
  const entries = measurements
    .filter((one) => keys.has(one.mapKey) && one.metric === metric)
    .map((one) => ({ one, map: maps.find((map) => map.key === one.mapKey) }))
    .sort((a, b) => (a.one.value ?? Number.NEGATIVE_INFINITY) - (b.one.value ?? Number.NEGATIVE_INFINITY))
  return (
    <aside className={styles.behind} aria-label="Maps behind this number">
      <div className={styles.behindHead}>
        <strong>{cell.row.method}</strong>
        <CloseButton aria-label="Close" size="sm" onClick={onClose} />
      </div>
      <p className={styles.quiet}>{cell.column}</p>
      <table className={table.table}>
        <tbody>
          {entries.map(({ one, map }) => {
            const row = map && caseOf.get(map.volumeId)
            return (
              <tr key={one.id} data-clickable onClick={() => row && navigate(`/viewer/${row.id}?map=${one.mapKey}`)}>
                <td>
                  <button type="button" className={styles.link}>
                    {row?.code ?? 'case'}
                  </button>
                </td>
                <td className={table.number} title={one.reason ?? undefined}>
                  {one.value === null ? `not defined, ${one.reason}` : formatNumber(one.value)}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </aside>
  )
}

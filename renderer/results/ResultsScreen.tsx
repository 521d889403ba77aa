import { Button, SegmentedControl, Select } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useNavigate } from 'react-router'
import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import type { Mask } from '../../main/shared/domain/mask.ts'
import type { StoredMeasurement } from '../../main/shared/domain/measurement.ts'
import { apiFetch, getJson } from '../app/api.ts'
import { saveFile } from '../app/save-file.ts'
import { useJobs } from '../app/session.ts'
import { useStatusLine } from '../app/status.ts'
import { useModels } from '../model/queries.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { formatCount } from '../ui/format.ts'
import { Notice } from '../ui/Notice.tsx'
import { useMethods, useMetrics } from '../ui/registries.ts'
import { aggregate } from './aggregate.ts'
import { CellMaps } from './CellMaps.tsx'
import { DemoVerdicts, demoVerdicts } from './DemoVerdicts.tsx'
import { MeasurePanel } from './MeasurePanel.tsx'
import styles from './ResultsScreen.module.css'
import { type ChosenCell, ResultTableView } from './ResultTableView.tsx'

export const useAllMaps = () =>
  useQuery({ queryKey: ['maps'], queryFn: ({ signal }) => getJson<SaliencyMap[]>('/api/maps', signal) })
export const useAllMasks = () =>
  useQuery({ queryKey: ['masks'], queryFn: ({ signal }) => getJson<Mask[]>('/api/masks', signal) })

/** Methods × metrics with counts and chance; every number leads to the maps behind it. */
export default function ResultsScreen() {
  const navigate = useNavigate()
  const measurements = useQuery({
    queryKey: ['measurements'],
    queryFn: ({ signal }) => getJson<StoredMeasurement[]>('/api/measurements', signal),
  })
  const maps = useAllMaps()
  const masks = useAllMasks()
  const models = useModels()
  const methods = useMethods()
  const metrics = useMetrics()
  const [modelId, setModelId] = useState<string | null>(null)
  const [cell, setCell] = useState<ChosenCell | null>(null)
  const [shown, setShown] = useState<'measured' | 'demo'>('demo')
  const jobs = useJobs()
  const [error, setError] = useState<string | null>(null)

  const verdicts = useMemo(() => demoVerdicts(jobs.data ?? []), [jobs.data])
  const table = useMemo(
    () => aggregate(measurements.data ?? [], maps.data ?? [], masks.data ?? [], models.data ?? []),
    [measurements.data, maps.data, masks.data, models.data],
  )
  const present = (models.data ?? []).filter((model) => table.rows.some((row) => row.modelId === model.id))
  const shownModel = modelId ?? present[0]?.id ?? null
  const rows = table.rows.filter((row) => row.modelId === shownModel)
  useStatusLine(
    useMemo(
      () => [{ id: 'count', content: formatCount(measurements.data?.length ?? 0, 'measurement', 'measurements') }],
      [measurements.data?.length],
    ),
  )

  const exportCsv = async () => {
    try {
      setError(null)
      await saveFile('table', 'measurements.csv', async () => (await apiFetch('/api/measurements.csv')).blob())
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure))
    }
  }
  const failure = measurements.error ?? maps.error ?? masks.error
  if (failure) return <Notice kind="error">{failure.message}</Notice>
  if (maps.isSuccess && maps.data.length === 0) {
    return (
      <EmptyState action={<Button onClick={() => navigate('/compute')}>Compute maps</Button>}>
        Results compare the maps of this project by metric. There are no maps yet.
      </EmptyState>
    )
  }
  return (
    <div className={styles.screen}>
      <MeasurePanel maps={maps.data ?? []} masks={masks.data ?? []} metrics={metrics.data ?? []} />
      <div className={styles.middle}>
        <div className={styles.bar}>
          <h1>Results</h1>
          {verdicts !== null && (
            <SegmentedControl
              aria-label="Table"
              data={[
                { value: 'measured', label: 'Measured' },
                { value: 'demo', label: 'Who exposes the cheat' },
              ]}
              value={shown}
              onChange={(value) => setShown(value === 'demo' ? 'demo' : 'measured')}
            />
          )}
          {(verdicts === null || shown === 'measured') && (
            <Select
              aria-label="Model"
              data={present.map((model) => ({ value: model.id, label: model.card?.name ?? model.name }))}
              value={shownModel}
              onChange={setModelId}
              allowDeselect={false}
              w={260}
            />
          )}
          <span className={styles.space} />
          <Button
            leftSection={<IconDownload size={16} stroke={1.5} />}
            disabled={(measurements.data?.length ?? 0) === 0}
            onClick={() => void exportCsv()}
          >
            Export CSV
          </Button>
        </div>
        {error && <Notice kind="error">{error}</Notice>}
        {verdicts !== null && shown === 'demo' ? (
          <DemoVerdicts found={verdicts} methods={methods.data ?? []} />
        ) : rows.length === 0 ? (
          measurements.isSuccess && (
            <EmptyState>No map was measured yet. Choose masks and metrics on the left.</EmptyState>
          )
        ) : (
          <ResultTableView
            columns={table.columns}
            rows={rows}
            methods={methods.data ?? []}
            metrics={metrics.data ?? []}
            chosen={cell}
            onChoose={setCell}
          />
        )}
      </div>
      {cell !== null && (
        <CellMaps
          cell={cell}
          maps={maps.data ?? []}
          measurements={measurements.data ?? []}
          onClose={() => setCell(null)}
        />
      )}
    </div>
  )
}

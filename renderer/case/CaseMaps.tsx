import { Button, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import type { StoredMeasurement } from '../../main/shared/domain/measurement.ts'
import { getJson } from '../app/api.ts'
import { useModels } from '../model/queries.ts'
import { formatNumber } from '../ui/format.ts'
import { useMethods } from '../ui/registries.ts'
import { Section } from '../ui/Section.tsx'
import { targetWords } from '../ui/target-words.ts'
import { showMap } from '../viewer/actions.ts'
import { useCaseLayers, useCaseState } from '../viewer/case-context.tsx'
import styles from './case.module.css'
import { findingsOf } from './compare-metrics.ts'
import { useCaseMaps } from './use-case-maps.ts'

export const useCaseMeasurements = (volumeId: string) =>
  useQuery({
    queryKey: ['measurements', volumeId],
    queryFn: ({ signal }) => getJson<StoredMeasurement[]>(`/api/measurements?volumeId=${volumeId}`, signal),
  })

/** The case's maps by method, with average precision and the self-check's gap; a click lays one over the image, M goes through them. */
export function CaseMaps({ studyId }: { studyId: string }) {
  const session = useCaseLayers()
  const navigate = useNavigate()
  const [parameters] = useSearchParams()
  const volumeId = useCaseState((state) => state.volumeId)
  const active = useCaseState((state) => state.activeMap)
  const measurements = useCaseMeasurements(volumeId)
  const models = useModels()
  const methods = useMethods()
  useCaseMaps(session)
  const wanted = parameters.get('map')
  useEffect(() => {
    if (wanted !== null && session.mapRecords.some((map) => map.key === wanted))
      void session.openMap(wanted).then(() => showMap(session.store, wanted))
  }, [wanted, session, session.mapRecords])

  const shownModel =
    session.mapRecords.find((map) => map.key === active)?.modelId ?? session.mapRecords[0]?.modelId ?? null
  const present = (models.data ?? []).filter((model) => session.mapRecords.some((map) => map.modelId === model.id))
  const { mapRecords } = session
  const records = useMemo(() => mapRecords.filter((map) => map.modelId === shownModel), [mapRecords, shownModel])
  const precision = useMemo(() => {
    const measured = (measurements.data ?? []).filter((one) => one.metric === 'average-precision')
    // One column, one finding: the one most maps were measured against, of several the mask's first segment.
    const keys = records.map((map) => map.key)
    const [finding] = findingsOf(measured, keys).sort((a, b) => b.count - a.count || a.segment - b.segment)
    const own = measured.filter(
      ({ mask }) => mask !== null && finding?.maskId === mask.maskId && finding.segment === mask.segment,
    )
    return { finding, byMap: new Map(own.map((one) => [one.mapKey, one])) }
  }, [measurements.data, records])
  const finding = precision.finding
  const findingName =
    finding === undefined
      ? 'a mask'
      : (session.masks.get(finding.maskId)?.document.segments.find((one) => one.value === finding.segment)?.name ??
        'a mask')
  const classes = present.find((model) => model.id === shownModel)?.card?.output.classes ?? []
  const titleOf = (map: SaliencyMap) => {
    const title = methods.data?.find((method) => method.id === map.method)?.title ?? map.method
    return [title, targetWords(map, records, classes)].filter(Boolean).join(', ')
  }
  const show = (key: string) => void session.openMap(key).then(() => showMap(session.store, key))
  const compute = <Button onClick={() => navigate(`/compute?study=${studyId}`)}>Compute maps</Button>
  if (session.mapRecords.length === 0) {
    return (
      <Section title="Maps of this case">
        <p className={styles.quiet}>No maps for this case yet.</p>
        <div className={styles.actions}>{compute}</div>
      </Section>
    )
  }
  return (
    <Section title="Maps of this case" note="M">
      {present.length > 1 && (
        <Select
          aria-label="Model"
          mb={8}
          data={present.map((model) => ({ value: model.id, label: model.card?.name ?? model.name }))}
          value={shownModel}
          allowDeselect={false}
          onChange={(id) => {
            const first = session.mapRecords.find((map) => map.modelId === id)
            if (first) show(first.key)
          }}
        />
      )}
      <table className={styles.maps}>
        <thead>
          <tr>
            <th>Method</th>
            <th title={`Average precision against ${findingName}`}>AP</th>
            <th title="Gap of the self-check, as a share">Gap</th>
          </tr>
        </thead>
        <tbody>
          {records.map((map) => (
            <tr key={map.key} aria-selected={map.key === active}>
              <td>
                <button type="button" title={titleOf(map)} onClick={() => show(map.key)}>
                  {titleOf(map)}
                </button>
              </td>
              <td>{formatNumber(precision.byMap.get(map.key)?.value)}</td>
              <td>{map.statistics.flat ? <span className={styles.finding}>no signal</span> : gapText(map.check)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className={styles.actions}>
        {compute}
        {active !== null && <Button onClick={() => showMap(session.store, null)}>Hide map</Button>}
      </div>
    </Section>
  )
}

/** The relative gap of a self-check as a percentage, where the method has one. */
export function gapText(check: Readonly<Record<string, unknown>> | null): string {
  const values = check?.['values'] as Record<string, (number | null)[]> | undefined
  const relative = values?.['relative']?.[0]
  return typeof relative === 'number' ? `${formatNumber(Math.abs(relative) * 100, 1)} %` : '–'
}

import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import { useModels } from '../model/queries.ts'
import { formatCompact, formatNumber } from '../ui/format.ts'
import { useMethods, useMetrics, usePresets } from '../ui/registries.ts'
import { KeyValues, Section } from '../ui/Section.tsx'
import { useCaseLayers, useCaseState } from '../viewer/case-context.tsx'
import { useCaseMeasurements } from './CaseMaps.tsx'
import styles from './case.module.css'
import { MapReferences } from './MapReferences.tsx'
import { positionsWords, selfCheckKind, selfCheckRows } from './self-check.ts'

/** Numbers of the shown map: against masks, self-check, how it was made. */
export function MapFacts() {
  const session = useCaseLayers()
  const active = useCaseState((state) => state.activeMap)
  const volumeId = useCaseState((state) => state.volumeId)
  const measurements = useCaseMeasurements(volumeId)
  const metrics = useMetrics()
  const map = session.mapRecords.find((record) => record.key === active)
  if (map === undefined) return null
  const own = (measurements.data ?? []).filter((one) => one.mapKey === map.key)
  const titleOf = (id: string) => metrics.data?.find((metric) => metric.id === id)?.title ?? id
  return (
    <>
      <Section
        title="Against mask"
        note={own.length === 0 ? undefined : own[0].geometry === 'image' ? 'on the image' : 'on the map'}
      >
        {own.length === 0 ? (
          <p className={styles.quiet}>Not measured yet; Results measures maps against masks.</p>
        ) : (
          <KeyValues
            rows={own.map((one) => [
              `${titleOf(one.metric)}${segmentName(session, one.mask)}`,
              <span key={one.id} title={one.reason ?? undefined}>
                <b>{one.value === null ? 'not defined' : formatNumber(one.value)}</b>{' '}
                {one.chance !== null && <span className={styles.chance}>chance {formatNumber(one.chance)}</span>}
              </span>,
            ])}
          />
        )}
      </Section>
      <SelfCheck map={map} />
      <MadeBy map={map} />
    </>
  )
}

function segmentName(
  session: ReturnType<typeof useCaseLayers>,
  mask: { maskId: string; segment: number } | null,
): string {
  if (mask === null) return ''
  const segment = session.masks.get(mask.maskId)?.document.segments.find((one) => one.value === mask.segment)
  return segment === undefined ? '' : `, ${segment.name}`
}

/** Everything it takes to make the map again. */
function MadeBy({ map }: { map: SaliencyMap }) {
  const session = useCaseLayers()
  const methods = useMethods()
  const models = useModels()
  const presets = usePresets()
  const model = models.data?.find((one) => one.id === map.modelId)
  const documents = [...session.masks.values()].map(({ document }) => document)
  const positions = positionsWords(map, documents)
  const preset = presets.data?.find((one) => one.id === map.preset)?.source ?? map.preset
  return (
    <Section title="Made by">
      <KeyValues
        rows={[
          ['Method', methods.data?.find((method) => method.id === map.method)?.title ?? map.method],
          ['Model', model?.card?.name ?? model?.name ?? '–'],
          ['Target', `${model?.card?.output.classes[map.target.index] ?? map.target.index}, ${map.target.output}`],
          ...(positions === null ? [] : [['Positions', positions] as const]),
          ['Score', formatNumber(map.score)],
          ...(preset === undefined ? [] : [['Preset', preset] as const]),
          ...Object.entries(map.parameters)
            .filter(([, value]) => typeof value !== 'object')
            .map(([name, value]) => [name, typeof value === 'number' ? formatCompact(value) : String(value)] as const),
          ...(map.layer === null ? [] : [['Layer', map.layer] as const]),
          ['Resolution', map.grid.dims.filter((size, axis) => axis < 2 || size > 1).join(' × ')],
          ['Seed', map.seed],
          ['Computed in', `${formatNumber(map.provenance.computeMs / 1000, 2)} s, ${map.provenance.provider}`],
        ]}
      />
      <MapReferences references={map.references ?? []} />
    </Section>
  )
}

function SelfCheck({ map }: { map: SaliencyMap }) {
  const rows = selfCheckRows(map)
  if (rows.length === 0 && map.warnings.length === 0) return null
  return (
    <Section title="Self-check" note={selfCheckKind(map)}>
      <KeyValues rows={rows} />
      {map.warnings.map((warning) => (
        <p key={warning} className={styles.finding}>
          <IconAlertTriangle size={14} stroke={1.5} /> {warning}
        </p>
      ))}
      {map.warnings.length === 0 && rows.length > 0 && (
        <p className={styles.quiet}>
          <IconCheck size={14} stroke={1.5} /> no warnings
        </p>
      )}
    </Section>
  )
}

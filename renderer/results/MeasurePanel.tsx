import { Button, Checkbox, SegmentedControl, Select } from '@mantine/core'
import { useState } from 'react'
import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import type { Mask } from '../../main/shared/domain/mask.ts'
import { formatCount, formatInteger } from '../ui/format.ts'
import { JobProgress } from '../ui/JobProgress.tsx'
import { Notice } from '../ui/Notice.tsx'
import type { MetricEntry } from '../ui/registries.ts'
import { Section } from '../ui/Section.tsx'
import { useJobAction } from '../ui/useJobAction.ts'
import styles from './ResultsScreen.module.css'

interface MeasureBody {
  readonly mapKeys: string[]
  readonly mask: { maskId: string; version: number; segment: number } | null
  /** Measures each map against the newest saved mask of its own image that has a segment of this name. */
  readonly segmentName?: string
  readonly metrics: { metric: string }[]
  readonly merge: string
  readonly geometry: 'image' | 'map'
}

const START = ['average-precision', 'auroc', 'pointing-game', 'relevance-mass']

/** Which maps, which finding, which metrics: a run over the whole project. */
export function MeasurePanel({
  maps,
  masks,
  metrics,
}: {
  maps: readonly SaliencyMap[]
  masks: readonly Mask[]
  metrics: readonly MetricEntry[]
}) {
  const names = [
    ...new Set(
      masks.filter((mask) => mask.versions.length > 0).flatMap((mask) => mask.segments.map((segment) => segment.name)),
    ),
  ].sort()
  const [segment, setSegment] = useState<string | null>(null)
  const [chosen, setChosen] = useState<readonly string[]>(START)
  const [merge, setMerge] = useState('absolute-sum')
  const [geometry, setGeometry] = useState<'image' | 'map'>('image')
  const run = useJobAction<MeasureBody>('/api/measurements')
  const offered = metrics.filter((metric) => metric.needs === 'map+mask')
  const name = segment ?? names[0] ?? null
  const volumes = new Set(
    masks
      .filter((mask) => mask.versions.length > 0 && mask.segments.some((one) => one.name === name))
      .map((mask) => mask.volumeId),
  )
  const keys = maps.filter((map) => volumes.has(map.volumeId)).map((map) => map.key)
  return (
    <aside className={styles.panel} aria-label="Measure">
      <Section title="Measure" note={formatCount(keys.length, 'map', 'maps')}>
        {names.length === 0 ? (
          <p className={styles.quiet}>
            No saved mask yet. Masks are drawn under Annotate or imported with the studies.
          </p>
        ) : (
          <div className={styles.stack}>
            <Select label="Against the mask of" data={names} value={name} onChange={setSegment} allowDeselect={false} />
            <Select
              label="Channels become one value by"
              data={['absolute-sum', 'sum', 'sum-absolute', 'max', 'max-absolute', 'l2']}
              value={merge}
              onChange={(value) => value && setMerge(value)}
              allowDeselect={false}
            />
            <SegmentedControl
              aria-label="Geometry"
              data={[
                { value: 'image', label: 'On the image' },
                { value: 'map', label: 'On the map' },
              ]}
              value={geometry}
              onChange={(value) => setGeometry(value === 'map' ? 'map' : 'image')}
            />
          </div>
        )}
      </Section>
      <Section title="Metrics" note={`${formatInteger(chosen.length)} chosen`}>
        <div className={styles.stack}>
          {offered.map((metric) => (
            <Checkbox
              key={metric.id}
              label={metric.title}
              title={metric.summary}
              checked={chosen.includes(metric.id)}
              onChange={(event) =>
                setChosen(
                  event.currentTarget.checked ? [...chosen, metric.id] : chosen.filter((id) => id !== metric.id),
                )
              }
            />
          ))}
        </div>
      </Section>
      <div className={styles.act}>
        {run.error && <Notice kind="error">{run.error.message}</Notice>}
        {run.job && run.busy && <JobProgress job={run.job} what="measurements" onCancel={run.cancel} />}
        {run.job?.failures.slice(0, 3).map((failure) => (
          <Notice key={failure.item} kind="error" title={failure.item}>
            {failure.message}
          </Notice>
        ))}
        <Button
          size="sm"
          variant="filled"
          disabled={name === null || keys.length === 0 || chosen.length === 0 || run.busy}
          onClick={() =>
            name !== null &&
            run.start({
              mapKeys: keys,
              mask: null,
              segmentName: name,
              metrics: chosen.map((metric) => ({ metric })),
              merge,
              geometry,
            })
          }
        >
          Measure {formatCount(keys.length, 'map', 'maps')}
        </Button>
      </div>
    </aside>
  )
}

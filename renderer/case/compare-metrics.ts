import type { StoredMeasurement } from '../../main/shared/domain/measurement.ts'
import { formatNumber } from '../ui/format.ts'
import type { MetricEntry } from '../ui/registries.ts'
import type { PanelValue } from '../viewer/compare/ComparePanel.tsx'

/** Metrics that stand under a panel when they were measured, in this order, with the short names there is room for. */
const SHORT: Readonly<Record<string, string>> = {
  'average-precision': 'AP',
  'pointing-game': 'Pointing',
  'relevance-mass': 'Mass',
  auroc: 'AUROC',
  'dice-best': 'Dice',
  'iou-otsu': 'IoU',
  insertion: 'Insertion',
  deletion: 'Deletion',
}
const MOST = 3

/** A finding that maps were measured against: one segment of one mask. */
export interface MeasuredFinding {
  readonly id: string
  readonly maskId: string
  readonly segment: number
  /** Newest version measured against. */
  readonly version: number
  readonly count: number
}

/** What the compared maps were measured against, the most measured first. */
export function findingsOf(all: readonly StoredMeasurement[], keys: readonly string[]): MeasuredFinding[] {
  const found = new Map<string, MeasuredFinding>()
  for (const { mapKey, mask } of all) {
    if (mask === null || !keys.includes(mapKey)) continue
    const id = `${mask.maskId}/${mask.segment}`
    const known = found.get(id)
    found.set(id, {
      id,
      maskId: mask.maskId,
      segment: mask.segment,
      version: Math.max(mask.version, known?.version ?? 0),
      count: (known?.count ?? 0) + 1,
    })
  }
  return [...found.values()].sort((a, b) => b.count - a.count)
}

/** Which metrics stand under the panels, with the best value of each among the compared maps. */
export interface MetricColumn {
  readonly metric: string
  readonly name: string
  readonly best: number | null
  /** By map: its newest measurement against the finding, or without any mask. */
  readonly byMap: ReadonlyMap<string, StoredMeasurement>
}

/**
 * The columns of numbers under the panels. A metric measured on one map alone has no best.
 *
 * finding  measurements against other masks are left out; null takes those without a mask only
 */
export function metricColumns(
  all: readonly StoredMeasurement[],
  keys: readonly string[],
  finding: MeasuredFinding | null,
  metrics: readonly Pick<MetricEntry, 'id' | 'title' | 'direction'>[],
): MetricColumn[] {
  const fits = ({ mask }: StoredMeasurement) =>
    mask === null || (finding !== null && mask.maskId === finding.maskId && mask.segment === finding.segment)
  const measured = new Map<string, Map<string, StoredMeasurement>>()
  for (const one of all) {
    if (!keys.includes(one.mapKey) || !fits(one)) continue
    const byMap = measured.get(one.metric) ?? new Map<string, StoredMeasurement>()
    measured.set(one.metric, byMap)
    const known = byMap.get(one.mapKey)
    if (known === undefined || known.createdAt <= one.createdAt) byMap.set(one.mapKey, one)
  }
  const order = [...Object.keys(SHORT), ...[...measured.keys()].filter((metric) => SHORT[metric] === undefined)]
  return order
    .filter((metric) => measured.has(metric))
    .slice(0, MOST)
    .map((metric) => {
      const byMap = measured.get(metric) ?? new Map<string, StoredMeasurement>()
      const entry = metrics.find((one) => one.id === metric)
      const values = [...byMap.values()].flatMap((one) => one.value ?? [])
      const pick = { higher: Math.max, lower: Math.min, none: null }[entry?.direction ?? 'none']
      return {
        metric,
        name: SHORT[metric] ?? entry?.title ?? metric,
        best: values.length > 1 && pick !== null ? pick(...values) : null,
        byMap,
      }
    })
}

/** Chance level of a metric over the compared maps: one number, or from … to where it depends on the map. Null where it has none. */
export function chanceText(column: MetricColumn): string | null {
  const levels = [...column.byMap.values()].flatMap((one) => one.chance ?? [])
  if (levels.length === 0) return null
  const ends = new Set([Math.min(...levels), Math.max(...levels)].map((level) => formatNumber(level)))
  return [...ends].join('–')
}

const VALUE: Readonly<Record<string, (value: number) => string>> = {
  'pointing-game': (value) => (value === 1 ? 'hit' : value === 0 ? 'miss' : formatNumber(value)),
}

/** One number under a panel: the value, "not defined" with its reason, or a dash where it was not measured. */
export function panelValue(column: MetricColumn, mapKey: string): PanelValue {
  const one = column.byMap.get(mapKey)
  if (one === undefined) return { name: column.name, text: '–', best: false, why: 'not measured against this mask' }
  const chance = one.chance === null ? null : `chance ${formatNumber(one.chance)}`
  const how = [chance, `channels merged by ${one.merge}`, one.geometry === 'image' ? 'on the image' : 'on the map']
  return {
    name: column.name,
    text: one.value === null ? 'not defined' : (VALUE[column.metric] ?? formatNumber)(one.value),
    best: one.value !== null && one.value === column.best,
    why: one.reason ?? how.filter((part) => part !== null).join(', '),
  }
}

import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import type { Mask } from '../../main/shared/domain/mask.ts'
import type { StoredMeasurement } from '../../main/shared/domain/measurement.ts'
import type { ModelCard } from '../../main/shared/domain/model-card.ts'
import { groupBy } from '../ui/group-by.ts'
import { targetKind, targetWords } from '../ui/target-words.ts'

export interface CellValue {
  /** Mean over the defined values; null when none is defined. */
  readonly mean: number | null
  readonly count: number
  /** Number of undefined values by reason. */
  readonly undefinedBy: Readonly<Record<string, number>>
  readonly chance: number | null
  readonly mapKeys: readonly string[]
}

export interface ResultRow {
  readonly modelId: string
  readonly method: string
  /** What was explained and the parameters, as text, where rows of the same method differ in them. */
  readonly setting: string
  readonly cells: Readonly<Record<string, CellValue>>
}

export interface ResultTable {
  /** Column keys in order: metric, or metric · segment name when several segments were measured. */
  readonly columns: readonly { readonly key: string; readonly metric: string; readonly segment: string | null }[]
  readonly rows: readonly ResultRow[]
}

const settingOf = (parameters: Readonly<Record<string, unknown>>) =>
  Object.entries(parameters)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ')

function summarise(measurements: readonly StoredMeasurement[]): CellValue {
  let sum = 0
  let count = 0
  let chanceSum = 0
  let chances = 0
  const undefinedBy: Record<string, number> = {}
  for (const one of measurements) {
    if (one.value === null) undefinedBy[one.reason ?? 'unknown'] = (undefinedBy[one.reason ?? 'unknown'] ?? 0) + 1
    else {
      sum += one.value
      count++
    }
    if (one.chance !== null) {
      chanceSum += one.chance
      chances++
    }
  }
  return {
    mean: count > 0 ? sum / count : null,
    count,
    undefinedBy,
    chance: chances > 0 ? chanceSum / chances : null,
    mapKeys: measurements.map((one) => one.mapKey),
  }
}

/** What tells the names of a model's classes. */
export type NamedClasses = { readonly id: string; readonly card: Pick<ModelCard, 'output'> | null }

/**
 * Rows are methods of one model, columns are metrics; each cell is the mean over images with the number of values behind
 * it, the undefined ones counted by reason; classes go by the names of the model's card. Measurements of maps that are no longer there are left out.
 */
export function aggregate(
  measurements: readonly StoredMeasurement[],
  maps: readonly SaliencyMap[],
  masks: readonly Mask[],
  models: readonly NamedClasses[],
): ResultTable {
  const classesOf = new Map(models.map(({ id, card }) => [id, card?.output.classes ?? []]))
  const mapOf = new Map(maps.map((map) => [map.key, map]))
  const segmentNames = new Map(
    masks.flatMap((mask) => mask.segments.map((segment) => [`${mask.id} ${segment.value}`, segment.name] as const)),
  )
  const segmentOf = (one: StoredMeasurement) =>
    one.mask === null
      ? null
      : (segmentNames.get(`${one.mask.maskId} ${one.mask.segment}`) ?? `segment ${one.mask.segment}`)
  const known = measurements.filter((one) => mapOf.has(one.mapKey))
  const columnKeys = new Map<string, { key: string; metric: string; segment: string | null }>()
  const groups = new Map<string, { map: SaliencyMap; setting: string; cells: Map<string, StoredMeasurement[]> }>()
  for (const one of known) {
    const map = mapOf.get(one.mapKey)
    if (map === undefined) continue
    const segment = segmentOf(one)
    const key = segment === null ? one.metric : `${one.metric} · ${segment}`
    columnKeys.set(key, { key, metric: one.metric, segment })
    const setting = settingOf(map.parameters)
    const groupKey = [map.modelId, map.method, targetKind(map), setting].join('\n')
    const group = groups.get(groupKey) ?? { map, setting, cells: new Map<string, StoredMeasurement[]>() }
    group.cells.set(key, [...(group.cells.get(key) ?? []), one])
    groups.set(groupKey, group)
  }
  const groupsPerMethod = groupBy(groups.values(), ({ map }) => `${map.modelId} ${map.method}`)
  const rows = [...groups.values()].map(({ map, setting, cells }) => {
    const alike = groupsPerMethod.get(`${map.modelId} ${map.method}`) ?? []
    const target = targetWords(
      map,
      alike.map((one) => one.map),
      classesOf.get(map.modelId) ?? [],
    )
    const settings = new Set(alike.map((one) => one.setting)).size > 1 ? setting : ''
    return {
      modelId: map.modelId,
      method: map.method,
      setting: [target, settings].filter(Boolean).join(', '),
      cells: Object.fromEntries([...cells].map(([key, list]) => [key, summarise(list)])),
    }
  })
  const columns = [...columnKeys.values()].sort(
    (a, b) => (a.segment ?? '').localeCompare(b.segment ?? '') || a.metric.localeCompare(b.metric),
  )
  return { columns, rows }
}

/** Whether `a` is better than `b` for a metric's direction. */
export function isBetter(a: number, b: number, direction: 'higher' | 'lower' | 'none'): boolean {
  if (direction === 'none') return false
  return direction === 'higher' ? a > b : a < b
}

import type { WorklistRow } from '../../main/shared/domain/study.ts'

export interface WorklistFilter {
  readonly text: string
  readonly view: ViewId
  readonly split: string | null
  readonly modality: string | null
  readonly group: string | null
}

export const NO_FILTER: WorklistFilter = { text: '', view: 'all', split: null, modality: null, group: null }

/** The saved views that need no set-up; each is a question a reader asks of the list. */
export const VIEWS = [
  { id: 'all', title: 'All cases', holds: () => true },
  { id: 'no-mask', title: 'Without a mask', holds: (row: WorklistRow) => row.masks.length === 0 },
  { id: 'no-map', title: 'Without maps', holds: (row: WorklistRow) => row.mapCount === 0 },
  { id: 'findings', title: 'With findings', holds: (row: WorklistRow) => row.findings.length > 0 },
] as const
export type ViewId = (typeof VIEWS)[number]['id']

/** What of the mask work stands for the row as a whole. */
export function maskStatus(row: WorklistRow): 'to do' | 'interim' | 'flagged' | 'accepted' {
  if (row.masks.length === 0) return 'to do'
  if (row.masks.some((mask) => mask.status === 'flagged')) return 'flagged'
  return row.masks.every((mask) => mask.status === 'completed') ? 'accepted' : 'interim'
}

/** The searched text of a row; every word of the query must occur. */
function haystack(row: WorklistRow): string {
  return [
    row.code,
    row.patientCode,
    row.description,
    row.group,
    row.split,
    ...row.modalities,
    ...row.findings.map((finding) => finding.message),
  ]
    .join(' ')
    .toLowerCase()
}

export function applyFilter(rows: readonly WorklistRow[], filter: WorklistFilter): WorklistRow[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  const view = VIEWS.find(({ id }) => id === filter.view) ?? VIEWS[0]
  return rows.filter((row) => {
    if (!view.holds(row)) return false
    if (filter.split !== null && row.split !== filter.split) return false
    if (filter.group !== null && row.group !== filter.group) return false
    if (filter.modality !== null && !row.modalities.includes(filter.modality)) return false
    if (words.length === 0) return true
    const text = haystack(row)
    return words.every((word) => text.includes(word))
  })
}

export type SortColumn = 'code' | 'group' | 'split' | 'modality' | 'images' | 'maps' | 'measurements'
export interface Sort {
  readonly column: SortColumn
  readonly descending: boolean
}

const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
const sliceCount = (row: WorklistRow) => row.volumes.reduce((sum, volume) => sum + (volume.dims[2] ?? 1), 0)

const VALUES: Record<SortColumn, (row: WorklistRow) => string | number> = {
  code: (row) => row.code,
  group: (row) => row.group,
  split: (row) => row.split,
  modality: (row) => row.modalities.join(', '),
  images: sliceCount,
  maps: (row) => row.mapCount,
  measurements: (row) => row.measurementCount,
}

/** Stable; equal values keep the order of their codes. */
export function sortRows(rows: readonly WorklistRow[], sort: Sort): WorklistRow[] {
  const value = VALUES[sort.column]
  const sign = sort.descending ? -1 : 1
  return [...rows].sort((a, b) => {
    const [x, y] = [value(a), value(b)]
    const order = typeof x === 'number' && typeof y === 'number' ? x - y : natural.compare(String(x), String(y))
    return order === 0 ? natural.compare(a.code, b.code) : sign * order
  })
}

/** Counts per value, most frequent first, for the side panel. */
export function countBy(
  rows: readonly WorklistRow[],
  values: (row: WorklistRow) => readonly string[],
): [string, number][] {
  const counts = new Map<string, number>()
  for (const row of rows)
    for (const value of values(row)) if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || natural.compare(a[0], b[0]))
}

export const imageCount = sliceCount

import type { PlaneName } from './geometry/planes.ts'

/** A view of a case: one of the planes, or the 3-D picture. */
export type PaneId = PlaneName | 'volume'

export type LayoutId = 'one' | 'two' | 'four' | 'large' | 'planes'

export interface Layout {
  readonly id: LayoutId
  readonly title: string
  /** CSS grid of the cells, in the order of `panes`. */
  readonly columns: string
  readonly rows: string
  /** Cell areas in grid lines: row start / column start / row end / column end. */
  readonly areas: readonly string[]
}

/** Layouts are data: which cells there are. What each cell shows follows from the primary view. */
export const layouts: readonly Layout[] = [
  { id: 'one', title: 'One view', columns: '1fr', rows: '1fr', areas: ['1 / 1 / 2 / 2'] },
  { id: 'two', title: 'Two views', columns: '1fr 1fr', rows: '1fr', areas: ['1 / 1 / 2 / 2', '1 / 2 / 2 / 3'] },
  {
    id: 'four',
    title: 'Three planes and 3-D',
    columns: '1fr 1fr',
    rows: '1fr 1fr',
    areas: ['1 / 1 / 2 / 2', '1 / 2 / 2 / 3', '2 / 1 / 3 / 2', '2 / 2 / 3 / 3'],
  },
  {
    id: 'large',
    title: 'One large, three small',
    columns: '2.4fr 1fr',
    rows: '1fr 1fr 1fr',
    areas: ['1 / 1 / 4 / 2', '1 / 2 / 2 / 3', '2 / 2 / 3 / 3', '3 / 2 / 4 / 3'],
  },
  {
    id: 'planes',
    title: 'One large plane, two small',
    columns: 'minmax(0, 2.4fr) minmax(268px, 1fr)',
    rows: '1fr 1fr',
    areas: ['1 / 1 / 3 / 2', '1 / 2 / 2 / 3', '2 / 2 / 3 / 3'],
  },
]

export function layoutOf(id: LayoutId): Layout {
  const layout = layouts.find((l) => l.id === id)
  if (!layout) throw new RangeError(`There is no layout "${id}".`)
  return layout
}

const order: readonly PaneId[] = ['axial', 'sagittal', 'coronal', 'volume']

/** Views of a layout's cells. Four equal cells keep their usual places, the others begin with the primary view. */
export function panesOf(id: LayoutId, primary: PaneId, flat: boolean): PaneId[] {
  if (flat) return ['axial']
  if (id === 'four') return [...order]
  const first = id === 'planes' && primary === 'volume' ? 'axial' : primary
  const rest = order.filter((pane) => pane !== first)
  return [first, ...rest].slice(0, layoutOf(id).areas.length)
}

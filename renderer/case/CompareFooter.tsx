import { groupBy } from '../ui/group-by.ts'
import { useCaseLayers, useCaseState } from '../viewer/case-context.tsx'
import styles from '../viewer/compare/compare.module.css'
import { type CompareSettings, differenceScale, panelInput, panelScale } from '../viewer/compare/panel-maps.ts'
import { positionText } from '../viewer/geometry/letters.ts'
import { type PlaneName, planeFrame, sliceAt } from '../viewer/geometry/planes.ts'
import type { MapInput } from '../viewer/slice/slice-renderer.ts'
import { ColourBar } from '../viewer/viewport/ColourBar.tsx'

const LABELS = {
  maximum: 'share of each map’s maximum',
  percentile: 'share of each map’s 99th percentile',
  none: 'the maps’ own values',
} as const

/** Below the panels: the slice all of them show, the bar or bars they share, and whose outlines lie over them. */
export function CompareFooter({
  keys,
  settings,
  plane,
}: {
  readonly keys: readonly string[]
  readonly settings: CompareSettings
  readonly plane: PlaneName
}) {
  const session = useCaseLayers()
  const grid = useCaseState((s) => s.grid)
  const point = useCaseState((s) => s.points[plane])
  const frame = planeFrame(grid, plane)
  const slice = sliceAt(grid, frame, point)
  const records = session.mapRecords.filter((map) => keys.includes(map.key))
  const bars = sharedBars(session, records, settings)
  return (
    <div className={styles.footer}>
      {settings.mode === 'outline' && <span>Lines enclose the strongest {settings.outlinePercent} % of each map.</span>}
      {[...groupBy(bars, (bar) => bar.label)].map(([label, alike]) => (
        <div key={label} className={styles.sharedBar}>
          {alike.map((bar) => (
            <ColourBar key={bar.table} {...bar} unit="" width={160} />
          ))}
          <span>{label}</span>
        </div>
      ))}
      <div className={styles.place}>
        {grid.dims[2] > 1 && (
          <span>
            Slice {slice + 1} of {frame.size[2]}
            {grid.physical && grid.oriented ? `, ${positionText(frame, point)}` : ''}
          </span>
        )}
        <Legend flat={records.some((map) => map.statistics.flat)} />
      </div>
    </div>
  )
}

/** The bars that several panels share: one for unsigned, one for signed maps, one for differences. None for own ranges. */
function sharedBars(
  session: ReturnType<typeof useCaseLayers>,
  records: readonly ReturnType<typeof useCaseLayers>['mapRecords'][number][],
  settings: CompareSettings,
) {
  const bar = (style: MapInput['style'], one: number, label: string) => ({
    ...style,
    low: style.low / one,
    high: style.high / one,
    threshold: style.threshold / one,
    label,
  })
  if (settings.mode === 'outline') return []
  const found = new Map<boolean, ReturnType<typeof bar>>()
  const label = LABELS[settings.range === 'shared' ? settings.normalisation : 'none']
  for (const map of records) {
    const layer = session.maps.get(map.key)
    const { range, one } = panelScale(map, records, settings)
    if (settings.range === 'own' || layer === undefined || map.statistics.flat || found.has(range.signed)) continue
    found.set(range.signed, bar(panelInput(layer, range, settings).style, one, label))
  }
  const bars = [...found.values()].sort((a, b) => Number(a.signed) - Number(b.signed))
  const layer = records.map((map) => session.maps.get(map.key)).find((one) => one !== undefined)
  if (settings.mode !== 'difference' || layer === undefined || records.length < 2) return bars
  const { range, one } = differenceScale(records, settings)
  return [...bars, bar(panelInput(layer, range, settings).style, one, 'this map minus the selected one')]
}

function Legend({ flat }: { flat: boolean }) {
  const session = useCaseLayers()
  const shown = useCaseState((s) => s.maskShown)
  const masks = useCaseState((s) => s.masks)
  const documents = masks.flatMap((id) => (shown[id]?.visible ? (session.masks.get(id)?.document ?? []) : []))
  const several = new Set(documents.map((document) => document.reader)).size > 1
  const names = documents.flatMap((document) =>
    document.segments
      .filter((segment) => segment.visible)
      .map(({ value, name, colour }) => ({
        id: `${document.id}/${value}`,
        name: several ? `${name}, ${document.reader}` : name,
        colour,
      })),
  )
  return (
    <ul className={styles.legend} aria-label="Legend">
      {names.map(({ id, name, colour }) => (
        <li key={id}>
          <i style={{ borderColor: colour }} />
          {name}
        </li>
      ))}
      {flat && (
        <li>
          <i className={styles.hatch} />
          No signal
        </li>
      )}
    </ul>
  )
}

import { Checkbox, NumberInput, SegmentedControl, Select, Slider } from '@mantine/core'
import { IconEye, IconEyeOff } from '@tabler/icons-react'
import { type ColourTableId, colourTableIds, colourTableTitles } from '../../../main/shared/colour/tables.ts'
import type { SaliencyMap } from '../../../main/shared/domain/map.ts'
import { formatCompact } from '../../ui/format.ts'
import { Section } from '../../ui/Section.tsx'
import { updateOverlay } from '../actions.ts'
import { useCaseLayers, useCaseState } from '../case-context.tsx'
import { titleWithKey } from '../keys.ts'
import type { RangeMode } from '../slice/map-statistics.ts'
import type { OverlaySettings } from '../store.ts'
import { overlayRange } from '../viewport/shown-maps.ts'
import styles from './panels.module.css'

const RANGES: readonly { value: RangeMode; label: string }[] = [
  { value: 'percentile', label: '99 %' },
  { value: 'full', label: 'Full' },
  { value: 'shared', label: 'Shared' },
  { value: 'fixed', label: 'Fixed' },
]

/** How the shown map is laid over the image: its own range in real values, threshold, colours, opacity. */
export function MapPanel() {
  const session = useCaseLayers()
  const active = useCaseState((s) => s.activeMap)
  const settings = useCaseState((s) => (s.activeMap === null ? undefined : s.overlays[s.activeMap]))
  const record = session.mapRecords.find((map) => map.key === active)
  if (active === null || record === undefined || settings === undefined) {
    return (
      <Section title="Map">
        <p className={styles.quiet}>
          No map is shown. Choose one on the left; <kbd className={styles.key}>M</kbd> goes through them.
        </p>
      </Section>
    )
  }
  return <Shown record={record} settings={settings} change={(part) => updateOverlay(session.store, active, part)} />
}

interface ShownProps {
  readonly record: SaliencyMap
  readonly settings: OverlaySettings
  change(part: Partial<OverlaySettings>): void
}

function Shown({ record, settings, change }: ShownProps) {
  const session = useCaseLayers()
  const range = overlayRange(session.mapRecords, record, settings)
  const reach = Math.max(Math.abs(range.low), Math.abs(range.high)) || 1
  const Eye = settings.visible ? IconEye : IconEyeOff
  return (
    <Section
      title="Map"
      note={
        <button
          type="button"
          className={styles.rowIcon}
          aria-label={settings.visible ? 'Hide the map' : 'Show the map'}
          title={titleWithKey('maps.peek')}
          onClick={() => change({ visible: !settings.visible })}
        >
          <Eye size={16} stroke={1.5} />
        </button>
      }
    >
      <div className={styles.settings}>
        <span>Range</span>
        <SegmentedControl
          aria-label="Range"
          data={[...RANGES]}
          value={settings.rangeMode}
          onChange={(mode) =>
            change({ rangeMode: mode as RangeMode, ...(mode === 'fixed' ? { low: range.low, high: range.high } : {}) })
          }
        />
        <Limits
          settings={settings}
          low={range.low}
          high={range.high}
          signed={record.statistics.signed}
          change={change}
        />
        <span title={titleWithKey('maps.opaque')}>Opacity</span>
        <div className={styles.withValue}>
          <Slider
            thumbLabel="Opacity"
            size="xs"
            label={null}
            min={0}
            max={1}
            step={0.05}
            value={settings.opacity}
            onChange={(opacity) => change({ opacity })}
          />
          <span>{Math.round(settings.opacity * 100)} %</span>
        </div>
        <span>Threshold</span>
        <div className={styles.withValue}>
          <Slider
            thumbLabel="Threshold"
            size="xs"
            label={null}
            min={0}
            max={1}
            step={0.01}
            value={Math.min(1, settings.threshold / reach)}
            onChange={(share) => change({ threshold: Number((share * reach).toPrecision(3)) })}
          />
          <span>{formatCompact(settings.threshold)}</span>
        </div>
        <span>Colours</span>
        <Select
          aria-label="Colour map"
          data={colourTableIds.map((value) => ({ value, label: colourTableTitles[value] }))}
          value={settings.table}
          allowDeselect={false}
          onChange={(table) => change({ table: table as ColourTableId })}
        />
        <Look settings={settings} change={change} />
      </div>
    </Section>
  )
}

function Limits({
  settings,
  low,
  high,
  signed,
  change,
}: {
  readonly settings: OverlaySettings
  readonly low: number
  readonly high: number
  readonly signed: boolean
  change(part: Partial<OverlaySettings>): void
}) {
  if (settings.rangeMode !== 'fixed')
    return (
      <>
        <span>From, to</span>
        <span className={styles.right}>
          {formatCompact(low)} … {formatCompact(high)}
        </span>
      </>
    )
  // A signed map keeps zero in the middle: one number is both ends.
  const set = (next: { low: number; high: number }) => next.high > next.low && change(next)
  return (
    <>
      <span>{signed ? 'Up to ±' : 'From, to'}</span>
      <div className={styles.range}>
        {!signed && (
          <NumberInput
            aria-label="Lowest value"
            hideControls
            value={low}
            onChange={(value) => typeof value === 'number' && set({ low: value, high })}
          />
        )}
        <NumberInput
          aria-label="Highest value"
          hideControls
          value={high}
          onChange={(value) => typeof value === 'number' && set({ low: signed ? -value : low, high: value })}
        />
      </div>
    </>
  )
}

function Look({ settings, change }: Pick<ShownProps, 'settings' | 'change'>) {
  return (
    <>
      <span>Show as</span>
      <SegmentedControl
        aria-label="Show as"
        data={[
          { value: 'colour', label: 'Colour' },
          { value: 'outline', label: `Outline top ${settings.outlinePercent} %` },
        ]}
        value={settings.showAs}
        onChange={(showAs) => change({ showAs: showAs as OverlaySettings['showAs'] })}
      />
      <Checkbox
        className={styles.wide}
        label="Interpolate between map values"
        checked={settings.sampling === 'linear'}
        onChange={(event) => change({ sampling: event.currentTarget.checked ? 'linear' : 'nearest' })}
      />
    </>
  )
}

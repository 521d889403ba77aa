import { Checkbox, NumberInput, SegmentedControl } from '@mantine/core'
import { IconEye, IconEyeOff } from '@tabler/icons-react'
import type { DisplayRange } from '../../../main/shared/colour/display-range.ts'
import type { SaliencyMap } from '../../../main/shared/domain/map.ts'
import { useMethods } from '../../ui/registries.ts'
import { Section } from '../../ui/Section.tsx'
import { updateOverlay } from '../actions.ts'
import { useCaseLayers, useCaseState } from '../case-context.tsx'
import { titleWithKey } from '../keys.ts'
import type { RangeMode } from '../slice/map-statistics.ts'
import { noSignalReason } from '../slice/signal.ts'
import type { OverlaySettings } from '../store.ts'
import { exponentFor, powerText } from '../values.ts'
import { overlayRange } from '../viewport/shown-maps.ts'
import { MapRange } from './MapRange.tsx'
import { ColourSelect, LabelledSlider } from './map-controls.tsx'
import styles from './panels.module.css'

const RANGES: readonly { value: RangeMode; label: string }[] = [
  { value: 'percentile', label: '99th pct' },
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
  const methods = useMethods()
  const range = overlayRange(session.mapRecords, record, settings)
  const layer = session.maps.get(record.key)
  const reason = noSignalReason(record.statistics)
  const Eye = settings.visible ? IconEye : IconEyeOff
  return (
    <Section
      title={methods.data?.find((method) => method.id === record.method)?.title ?? record.method}
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
      {reason !== null && <p className={styles.warning}>No signal. {reason}</p>}
      {reason === null && (
        <RangeSettings record={record} settings={settings} range={range} change={change}>
          {layer !== undefined && (
            <MapRange
              layer={layer}
              range={range}
              threshold={settings.threshold}
              table={settings.table}
              onThreshold={(threshold) => change({ threshold })}
              onHigh={(high) =>
                change({ rangeMode: 'fixed', high, low: range.signed ? -high : Math.min(range.low, high) })
              }
            />
          )}
        </RangeSettings>
      )}
      <Look settings={settings} change={change} />
    </Section>
  )
}

interface RangeProps extends ShownProps {
  readonly range: DisplayRange
  readonly children: React.ReactNode
}

/** The plot, its three numbers in the unit of the bar, and where the range comes from. */
function RangeSettings({ record, settings, range, change, children }: RangeProps) {
  const exponent = exponentFor(Math.max(Math.abs(range.low), Math.abs(range.high)))
  const unit = 10 ** exponent
  const fix = (low: number, high: number) => high > low && change({ rangeMode: 'fixed', low, high })
  const number = (label: string, value: number, onValue: ((value: number) => void) | null) => (
    <NumberInput
      label={label}
      hideControls
      disabled={onValue === null}
      value={Number((value / unit).toPrecision(3))}
      onChange={(next) => typeof next === 'number' && onValue?.(next * unit)}
    />
  )
  return (
    <>
      <div className={styles.plotHead}>
        <span>Range</span>
        <span>{`${powerText(exponent)} ${record.target.output} per voxel, log count`.trim()}</span>
      </div>
      {children}
      <div className={styles.limits}>
        {number('Minimum', range.low, range.signed ? null : (low) => fix(low, range.high))}
        {number('Threshold', settings.threshold, (threshold) => threshold >= 0 && change({ threshold }))}
        {number('Maximum', range.high, (high) => fix(range.signed ? -high : range.low, high))}
      </div>
      <SegmentedControl
        fullWidth
        mb={12}
        aria-label="Range"
        data={[...RANGES]}
        value={settings.rangeMode}
        onChange={(mode) =>
          change({ rangeMode: mode as RangeMode, ...(mode === 'fixed' ? { low: range.low, high: range.high } : {}) })
        }
      />
    </>
  )
}

function Look({ settings, change }: Pick<ShownProps, 'settings' | 'change'>) {
  return (
    <div className={styles.settings}>
      <LabelledSlider
        label="Opacity"
        title={titleWithKey('maps.opaque')}
        max={1}
        value={settings.opacity}
        text={`${Math.round(settings.opacity * 100)} %`}
        onChange={(opacity) => change({ opacity })}
      />
      <span>Colour map</span>
      <ColourSelect value={settings.table} onChange={(table) => change({ table })} />
      <span>Sampling</span>
      <SegmentedControl
        fullWidth
        aria-label="Sampling"
        data={[
          { value: 'nearest', label: 'Nearest' },
          { value: 'linear', label: 'Linear' },
        ]}
        value={settings.sampling}
        onChange={(sampling) => change({ sampling: sampling as OverlaySettings['sampling'] })}
      />
      <span>Drop clusters</span>
      <NumberInput
        aria-label="Smallest cluster shown, voxels of the map"
        placeholder="none"
        prefix="below "
        suffix=" voxels"
        min={0}
        max={1_000_000}
        value={settings.minimumCluster > 1 ? settings.minimumCluster : ''}
        onChange={(value) => change({ minimumCluster: typeof value === 'number' ? Math.max(1, Math.round(value)) : 1 })}
      />
      <span>Show as</span>
      <SegmentedControl
        fullWidth
        aria-label="Show as"
        data={[
          { value: 'colour', label: 'Colour' },
          { value: 'outline', label: 'Outline' },
        ]}
        value={settings.showAs}
        onChange={(showAs) => change({ showAs: showAs as OverlaySettings['showAs'] })}
      />
      {settings.showAs === 'outline' && (
        <LabelledSlider
          label="Strongest"
          title="Strongest part, percent"
          min={1}
          max={25}
          step={1}
          value={settings.outlinePercent}
          text={`${settings.outlinePercent} %`}
          onChange={(outlinePercent) => change({ outlinePercent })}
        />
      )}
      <Checkbox
        className={styles.wide}
        label="Hide exact zeros"
        checked={settings.hideZeros}
        onChange={(event) => change({ hideZeros: event.currentTarget.checked })}
      />
    </div>
  )
}

import { NumberInput, SegmentedControl, Select } from '@mantine/core'
import { formatNumber } from '../ui/format.ts'
import { KeyValues, Section } from '../ui/Section.tsx'
import { useCaseLayers } from '../viewer/case-context.tsx'
import type { CompareRange, Normalisation, CompareSettings as Settings } from '../viewer/compare/panel-maps.ts'
import { ColourSelect, LabelledSlider } from '../viewer/panels/map-controls.tsx'
import panel from '../viewer/panels/panels.module.css'
import { chanceText, type MeasuredFinding, type MetricColumn } from './compare-metrics.ts'

interface Props {
  readonly settings: Settings
  onChange(change: Partial<Settings>): void
}

/** How the maps of all panels are drawn: one range or their own, threshold, colours. */
export function CompareSettings({ settings, onChange }: Props) {
  return (
    <Section title="Range">
      <div className={panel.settings}>
        <SegmentedControl
          className={panel.wide}
          fullWidth
          aria-label="Range of the panels"
          data={[
            { value: 'shared', label: 'Shared' },
            { value: 'own', label: 'Own' },
            { value: 'fixed', label: 'Fixed' },
          ]}
          value={settings.range}
          onChange={(range) => onChange({ range: range as CompareRange })}
        />
        {settings.range === 'shared' && (
          <>
            <span>Divided by</span>
            <Select
              aria-label="What each map is divided by"
              data={[
                { value: 'percentile', label: 'its 99th percentile' },
                { value: 'maximum', label: 'its maximum' },
                { value: 'none', label: 'nothing: real values' },
              ]}
              value={settings.normalisation}
              allowDeselect={false}
              onChange={(value) => onChange({ normalisation: value as Normalisation })}
            />
          </>
        )}
        {settings.range === 'fixed' && (
          <>
            <span>Up to</span>
            <NumberInput
              aria-label="End of the range, in the maps’ values"
              hideControls
              value={settings.fixed}
              onChange={(value) => typeof value === 'number' && value > 0 && onChange({ fixed: value })}
            />
          </>
        )}
        <LabelledSlider
          label="Threshold"
          title="Threshold, share of the range"
          max={0.95}
          value={settings.threshold}
          text={formatNumber(settings.threshold, 2)}
          onChange={(threshold) => onChange({ threshold })}
        />
        <LabelledSlider
          label="Opacity"
          max={1}
          value={settings.opacity}
          text={`${Math.round(settings.opacity * 100)} %`}
          onChange={(opacity) => onChange({ opacity })}
        />
        {settings.mode === 'outline' && (
          <LabelledSlider
            label="Outline"
            title="Strongest part, percent"
            min={1}
            max={25}
            step={1}
            value={settings.outlinePercent}
            text={`${settings.outlinePercent} %`}
            onChange={(outlinePercent) => onChange({ outlinePercent })}
          />
        )}
        <span>Colour map</span>
        <ColourSelect bySign value={settings.table} onChange={(table) => onChange({ table })} />
        <span>Sampling</span>
        <SegmentedControl
          fullWidth
          aria-label="Sampling"
          data={[
            { value: 'nearest', label: 'Nearest' },
            { value: 'linear', label: 'Linear' },
          ]}
          value={settings.linear ? 'linear' : 'nearest'}
          onChange={(value) => onChange({ linear: value === 'linear' })}
        />
      </div>
    </Section>
  )
}

/** Which finding the numbers under the panels belong to. */
export function MeasuredAgainst({
  findings,
  finding,
  columns,
  onFinding,
}: {
  readonly findings: readonly MeasuredFinding[]
  readonly finding: MeasuredFinding | null
  readonly columns: readonly MetricColumn[]
  onFinding(id: string): void
}) {
  const session = useCaseLayers()
  if (finding === null) return null
  const segmentOf = ({ maskId, segment }: MeasuredFinding) =>
    session.masks.get(maskId)?.document.segments.find((one) => one.value === segment)
  const nameOf = (one: MeasuredFinding) =>
    [
      segmentOf(one)?.name ?? `segment ${one.segment}`,
      session.masks.get(one.maskId)?.document.reader,
      `v${one.version}`,
    ]
      .filter(Boolean)
      .join(', ')
  return (
    <Section title="Measured against">
      <Select
        aria-label="Finding the maps were measured against"
        data={findings.map((one) => ({ value: one.id, label: nameOf(one) }))}
        value={finding.id}
        allowDeselect={false}
        leftSection={
          <i className={panel.chip} style={{ background: 'none', border: `2px solid ${segmentOf(finding)?.colour}` }} />
        }
        onChange={(id) => id !== null && onFinding(id)}
      />
      <div className={panel.below}>
        <KeyValues
          rows={columns.flatMap((column) => {
            const chance = chanceText(column)
            return chance === null ? [] : [[`${column.name} by chance`, chance] as const]
          })}
        />
      </div>
      <p className={panel.hint}>Bold: best of the maps compared.</p>
    </Section>
  )
}

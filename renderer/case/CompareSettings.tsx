import { Checkbox, SegmentedControl, Select, Slider } from '@mantine/core'
import { type ColourTableId, colourTableIds, colourTableTitles } from '../../main/shared/colour/tables.ts'
import { formatNumber } from '../ui/format.ts'
import { Section } from '../ui/Section.tsx'
import type { CompareRange, CompareSettings as Settings } from '../viewer/compare/panel-maps.ts'
import panel from '../viewer/panels/panels.module.css'

export interface MapChoice {
  readonly key: string
  readonly label: string
  readonly note: string
}

/** Which maps stand side by side, and how all of them are drawn. */
export function CompareSettings({
  settings,
  onChange,
}: {
  readonly settings: Settings
  onChange(change: Partial<Settings>): void
}) {
  return (
    <Section title="All panels">
      <div className={panel.settings}>
        <span>Range</span>
        <SegmentedControl
          aria-label="Range of the panels"
          data={[
            { value: 'share', label: 'Share' },
            { value: 'own', label: 'Own' },
            { value: 'same', label: 'Same' },
          ]}
          value={settings.range}
          onChange={(range) => onChange({ range: range as CompareRange })}
        />
        <span className={panel.wide}>{EXPLAINED[settings.range]}</span>
        <span>Threshold</span>
        <div className={panel.withValue}>
          <Slider
            thumbLabel="Threshold, share of the range"
            size="xs"
            label={null}
            min={0}
            max={0.95}
            step={0.05}
            value={settings.threshold}
            onChange={(threshold) => onChange({ threshold })}
          />
          <span>{formatNumber(settings.threshold, 2)}</span>
        </div>
        <span>Opacity</span>
        <div className={panel.withValue}>
          <Slider
            thumbLabel="Opacity"
            size="xs"
            label={null}
            min={0}
            max={1}
            step={0.05}
            value={settings.opacity}
            onChange={(opacity) => onChange({ opacity })}
          />
          <span>{formatNumber(settings.opacity, 2)}</span>
        </div>
        {settings.mode === 'outline' && (
          <>
            <span>Outline</span>
            <div className={panel.withValue}>
              <Slider
                thumbLabel="Strongest part, percent"
                size="xs"
                label={null}
                min={1}
                max={25}
                value={settings.outlinePercent}
                onChange={(outlinePercent) => onChange({ outlinePercent })}
              />
              <span>{settings.outlinePercent} %</span>
            </div>
          </>
        )}
        <span>Colours</span>
        <Select
          aria-label="Colour map"
          data={[
            { value: '', label: 'By sign of the map' },
            ...colourTableIds.map((value) => ({ value, label: colourTableTitles[value] })),
          ]}
          value={settings.table ?? ''}
          allowDeselect={false}
          onChange={(table) => onChange({ table: table === '' ? null : (table as ColourTableId) })}
        />
        <Checkbox
          className={panel.wide}
          label="Interpolate between map values"
          checked={settings.linear}
          onChange={(event) => onChange({ linear: event.currentTarget.checked })}
        />
      </div>
    </Section>
  )
}

const EXPLAINED: Record<CompareRange, string> = {
  share: 'Each map as a share of its own largest magnitude.',
  own: 'Each map in its own values, to its 99th percentile.',
  same: 'One range in real values for all; for maps of one unit.',
}

/** Maps of the case to choose from; all of them are offered, a click adds or takes away. */
export function MapChooser({
  choices,
  chosen,
  onChange,
}: {
  readonly choices: readonly MapChoice[]
  readonly chosen: readonly string[]
  onChange(keys: string[]): void
}) {
  const all = chosen.length === choices.length
  return (
    <Section
      title="Maps"
      note={
        <button
          type="button"
          className={panel.linkButton}
          onClick={() => onChange(all ? [] : choices.map((one) => one.key))}
        >
          {all ? 'none' : 'all'}
        </button>
      }
    >
      <ul className={panel.list} aria-label="Maps to compare">
        {choices.map(({ key, label, note }) => (
          <li key={key} className={panel.check}>
            <Checkbox
              label={label}
              description={note}
              checked={chosen.includes(key)}
              onChange={(event) =>
                onChange(
                  choices
                    .map((one) => one.key)
                    .filter((one) => (one === key ? event.currentTarget.checked : chosen.includes(one))),
                )
              }
            />
          </li>
        ))}
      </ul>
    </Section>
  )
}

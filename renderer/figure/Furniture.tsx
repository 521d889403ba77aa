import { Checkbox, SegmentedControl, Select, Slider } from '@mantine/core'
import type { ColourTableId } from '../../main/shared/colour/tables.ts'
import type { FigureRecipe } from '../../main/shared/domain/figure.ts'
import { Section } from '../ui/Section.tsx'
import { ColourSelect } from '../viewer/panels/map-controls.tsx'
import styles from './FigureScreen.module.css'
import type { START } from './recipe.ts'

type Settings = typeof START

const PIECES: readonly { key: keyof FigureRecipe['furniture']; title: string }[] = [
  { key: 'colourBar', title: 'Colour bar' },
  { key: 'scaleBar', title: 'Scale bar' },
  { key: 'sideLetters', title: 'Side letters' },
  { key: 'panelLetters', title: 'Panel letters' },
  { key: 'caseCode', title: 'Case code' },
  { key: 'slicePosition', title: 'Slice position' },
  { key: 'maskOutline', title: 'Mask outline' },
  { key: 'caption', title: 'Caption stub' },
]

/** What stands around the panels, and how maps are shown in them. */
export function Furniture({ settings, onChange }: { settings: Settings; onChange: (settings: Settings) => void }) {
  return (
    <>
      <Section title="Furniture">
        <div className={styles.pieces}>
          {PIECES.map(({ key, title }) => (
            <Checkbox
              key={key}
              label={title}
              checked={settings.furniture[key]}
              onChange={(event) =>
                onChange({ ...settings, furniture: { ...settings.furniture, [key]: event.currentTarget.checked } })
              }
            />
          ))}
        </div>
      </Section>
      <Section title="Range">
        <div className={styles.stack}>
          <SegmentedControl
            aria-label="Range"
            data={[
              { value: 'shared', label: 'One for all' },
              { value: 'own', label: 'Own, marked' },
            ]}
            value={settings.range}
            onChange={(value) => onChange({ ...settings, range: value === 'own' ? 'own' : 'shared' })}
          />
          {settings.range === 'shared' && (
            <Select
              label="Each map divided by"
              data={[
                { value: 'percentile', label: 'its 99th percentile' },
                { value: 'maximum', label: 'its maximum' },
                { value: 'none', label: 'nothing: real values' },
              ]}
              value={settings.normalisation}
              allowDeselect={false}
              onChange={(value) => onChange({ ...settings, normalisation: value as FigureRecipe['normalisation'] })}
            />
          )}
          <Labelled label="Colour map">
            <ColourSelect
              bySign
              value={settings.colourTable as ColourTableId | null}
              onChange={(colourTable) => onChange({ ...settings, colourTable })}
            />
          </Labelled>
          <SegmentedControl
            aria-label="Sampling"
            data={[
              { value: 'nearest', label: 'Nearest' },
              { value: 'linear', label: 'Linear' },
            ]}
            value={settings.sampling}
            onChange={(value) => onChange({ ...settings, sampling: value === 'nearest' ? 'nearest' : 'linear' })}
          />
          <Labelled label={`Threshold, ${Math.round(settings.threshold * 100)} % of the range`}>
            <Slider
              thumbLabel="Threshold"
              size="xs"
              label={null}
              min={0}
              max={0.9}
              step={0.01}
              value={settings.threshold}
              onChange={(threshold) => onChange({ ...settings, threshold })}
            />
          </Labelled>
          <Labelled label={`Opacity, ${Math.round(settings.opacity * 100)} %`}>
            <Slider
              thumbLabel="Opacity"
              size="xs"
              label={null}
              min={0.1}
              max={1}
              step={0.05}
              value={settings.opacity}
              onChange={(opacity) => onChange({ ...settings, opacity })}
            />
          </Labelled>
        </div>
      </Section>
    </>
  )
}

function Labelled({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <div className={styles.label}>{label}</div>
      {children}
    </div>
  )
}

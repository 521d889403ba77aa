import { Checkbox, NumberInput, SegmentedControl, Select, Slider } from '@mantine/core'
import { formatNumber } from '../../ui/format.ts'
import { Section } from '../../ui/Section.tsx'
import { useActiveMask, useCase, useCaseState } from '../case-context.tsx'
import type { EditableArea, MaskingRules, Overwrite } from '../mask/masking.ts'
import { automaticWindow } from '../window-presets.ts'
import styles from './panels.module.css'

const AREAS: readonly { value: EditableArea; label: string }[] = [
  { value: 'everywhere', label: 'Everywhere' },
  { value: 'inside-segment', label: 'Inside this segment' },
  { value: 'outside-all', label: 'Outside all segments' },
  { value: 'inside-visible', label: 'Inside visible segments' },
  { value: 'outside-visible', label: 'Outside visible segments' },
]
const OVERWRITE: readonly { value: Overwrite; label: string }[] = [
  { value: 'all', label: 'Any segment' },
  { value: 'visible', label: 'Visible segments only' },
  { value: 'none', label: 'No other segment' },
]

/** Steps of the slider are even on a logarithmic scale from 0.5 to 60 mm: small brushes need finer steps. */
const toSlider = (radiusMm: number) => Math.log(radiusMm / 0.5) / Math.log(120)
const fromSlider = (share: number) => Math.round(0.5 * 120 ** share * 10) / 10

/** Size and form of brush and eraser. */
export function BrushPanel() {
  const { store } = useCase()
  const brush = useCaseState((s) => s.brush)
  const flat = useCaseState((s) => s.grid.dims[2] === 1)
  const unit = useCaseState((s) => (s.grid.physical ? 'mm' : 'px'))
  const set = (change: Partial<typeof brush>) => store.setState({ brush: { ...brush, ...change } })
  return (
    <Section title="Brush" note="[ ]">
      <div className={styles.settings}>
        <span>Radius</span>
        <div className={styles.radius}>
          <Slider
            thumbLabel="Brush radius"
            size="xs"
            label={null}
            min={0}
            max={1}
            step={0.01}
            value={Math.min(1, Math.max(0, toSlider(brush.radiusMm)))}
            onChange={(share) => set({ radiusMm: fromSlider(share) })}
          />
          <NumberInput
            aria-label={`Brush radius, ${unit}`}
            hideControls
            decimalScale={1}
            min={0.2}
            max={100}
            suffix={` ${unit}`}
            value={brush.radiusMm}
            onChange={(value) => typeof value === 'number' && value > 0 && set({ radiusMm: value })}
          />
        </div>
        {!flat && (
          <>
            <span>Form</span>
            <SegmentedControl
              aria-label="Brush form"
              data={[
                { value: 'disc', label: 'Disc' },
                { value: 'sphere', label: 'Ball, 3-D' },
              ]}
              value={brush.shape}
              onChange={(value) => set({ shape: value as typeof brush.shape })}
            />
          </>
        )}
      </div>
    </Section>
  )
}

/** Where all tools may write: part of the image, its values, other segments. */
export function MaskingPanel() {
  const session = useCase()
  const { store } = session
  const masking = useCaseState((s) => s.masking)
  const connected = useCaseState((s) => s.brush.connected)
  const active = useCaseState((s) => s.activeSegment)
  const document = useActiveMask()
  const { unit } = session.image.layer.volume
  const set = (change: Partial<MaskingRules>) => store.setState({ masking: { ...masking, ...change } })
  const offered = (): [number, number] => {
    const { width, level } = automaticWindow(session.image.layer)
    return [level, level + width / 2]
  }
  const limit = (which: 0 | 1) => (value: string | number) => {
    if (typeof value !== 'number' || masking.range === null) return
    set({ range: which === 0 ? [value, masking.range[1]] : [masking.range[0], value] })
  }
  return (
    <Section title="Masking, for all tools">
      <div className={styles.settings}>
        <span>Editable area</span>
        <Select
          aria-label="Editable area"
          data={[...AREAS]}
          value={masking.area}
          allowDeselect={false}
          onChange={(area) => set({ area: area as EditableArea, areaSegment: active })}
        />
        <span>Values</span>
        <SegmentedControl
          aria-label="Paint by image values"
          data={[
            { value: 'off', label: 'All' },
            { value: 'range', label: 'In range' },
          ]}
          value={masking.range === null ? 'off' : 'range'}
          onChange={(value) => set({ range: value === 'off' ? null : offered() })}
        />
        {masking.range !== null && (
          <>
            <span>From, to{unit === '' ? '' : `, ${unit}`}</span>
            <div className={styles.range}>
              <NumberInput aria-label="Lowest value" hideControls value={masking.range[0]} onChange={limit(0)} />
              <NumberInput aria-label="Highest value" hideControls value={masking.range[1]} onChange={limit(1)} />
            </div>
            <Checkbox
              className={styles.wide}
              label="Only what is connected to the brush's centre"
              checked={connected}
              onChange={(event) =>
                store.setState((s) => ({ brush: { ...s.brush, connected: event.currentTarget.checked } }))
              }
            />
          </>
        )}
        <span>Overwrite</span>
        <Select
          aria-label="Overwrite"
          data={[...OVERWRITE]}
          value={masking.overwrite}
          allowDeselect={false}
          onChange={(overwrite) => set({ overwrite: overwrite as Overwrite })}
        />
      </div>
      {document !== null && masking.range !== null && masking.range[0] > masking.range[1] && (
        <p className={styles.warning}>
          The range is empty: {formatNumber(masking.range[0], 0)} lies above {formatNumber(masking.range[1], 0)}, so
          nothing can be painted.
        </p>
      )}
    </Section>
  )
}

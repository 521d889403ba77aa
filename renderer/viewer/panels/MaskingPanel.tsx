import { Checkbox, NumberInput, SegmentedControl, Select } from '@mantine/core'
import { useMemo } from 'react'
import { formatNumber } from '../../ui/format.ts'
import { Section } from '../../ui/Section.tsx'
import { useActiveMask, useCase, useCaseLayers, useCaseState } from '../case-context.tsx'
import { sliceAt } from '../geometry/planes.ts'
import type { EditableArea, MaskingRules, Overwrite } from '../mask/masking.ts'
import { inRangeSlice } from '../slice/range-tint.ts'
import { frameOf } from '../viewport/view-input.ts'
import { automaticWindow } from '../window-presets.ts'
import tools from './mask-tools.module.css'
import styles from './panels.module.css'

const AREAS: readonly { value: EditableArea; label: string }[] = [
  { value: 'everywhere', label: 'Everywhere' },
  { value: 'outside-all', label: 'Outside all segments' },
  { value: 'inside-visible', label: 'Inside visible segments' },
  { value: 'outside-visible', label: 'Outside visible segments' },
]
const OVERWRITE: readonly { value: Overwrite; label: string }[] = [
  { value: 'all', label: 'Any segment' },
  { value: 'visible', label: 'Visible segments only' },
  { value: 'none', label: 'No other segment' },
]
const INSIDE = 'inside-segment:'

/** Where all tools may write: part of the image, its values, other segments. */
export function MaskingPanel() {
  const { store } = useCase()
  const masking = useCaseState((s) => s.masking)
  const document = useActiveMask()
  const set = (change: Partial<MaskingRules>) => store.setState({ masking: { ...masking, ...change } })
  const [everywhere, ...others] = AREAS
  const inside = (document?.segments ?? []).map(({ value, name }) => ({
    value: `${INSIDE}${value}`,
    label: `Inside ${name}`,
  }))
  const area = masking.area === 'inside-segment' ? `${INSIDE}${masking.areaSegment}` : masking.area
  const chooseArea = (chosen: string | null) => {
    if (chosen?.startsWith(INSIDE)) set({ area: 'inside-segment', areaSegment: Number(chosen.slice(INSIDE.length)) })
    else if (chosen !== null) set({ area: chosen as EditableArea })
  }
  return (
    <Section title="Masking, for all tools">
      <div className={styles.settings}>
        <span>Editable area</span>
        <Select
          aria-label="Editable area"
          data={[everywhere, ...inside, ...others]}
          value={area}
          allowDeselect={false}
          onChange={chooseArea}
        />
        <RangeRows masking={masking} set={set} />
        <span>Overwrite</span>
        <Select
          aria-label="Overwrite"
          data={[...OVERWRITE]}
          value={masking.overwrite}
          allowDeselect={false}
          onChange={(overwrite) => set({ overwrite: overwrite as Overwrite })}
        />
      </div>
    </Section>
  )
}

function RangeRows({ masking, set }: { masking: MaskingRules; set(change: Partial<MaskingRules>): void }) {
  const session = useCase()
  const connected = useCaseState((s) => s.brush.connected)
  const { unit } = session.image.layer.volume
  const { range } = masking
  const offered = (): [number, number] => {
    const { width, level } = automaticWindow(session.image.layer)
    return [Math.round(level), Math.round(level + width / 2)]
  }
  const limit = (which: 0 | 1) => (value: string | number) => {
    if (typeof value !== 'number' || range === null) return
    set({ range: which === 0 ? [value, range[1]] : [range[0], value] })
  }
  return (
    <>
      <span>Values</span>
      <SegmentedControl
        aria-label="Paint by image values"
        data={[
          { value: 'off', label: 'All' },
          { value: 'range', label: 'In range' },
        ]}
        value={range === null ? 'off' : 'range'}
        onChange={(value) => set({ range: value === 'off' ? null : offered() })}
      />
      {range !== null && (
        <>
          <span>Range{unit === '' ? '' : `, ${unit}`}</span>
          <div className={styles.range}>
            <NumberInput aria-label="Lowest value" hideControls value={range[0]} onChange={limit(0)} />
            <span>to</span>
            <NumberInput aria-label="Highest value" hideControls value={range[1]} onChange={limit(1)} />
          </div>
          <span />
          <RangeShare range={range} />
          <Checkbox
            className={styles.wide}
            label="Brush: only what hangs together with its centre"
            checked={connected}
            onChange={(event) => {
              const { checked } = event.currentTarget
              session.store.setState((s) => ({ brush: { ...s.brush, connected: checked } }))
            }}
          />
        </>
      )}
    </>
  )
}

/** How much of the slice in front the range leaves open; the same voxels are tinted in the views. */
function RangeShare({ range }: { range: readonly [number, number] }) {
  const { layer } = useCaseLayers().image
  const grid = useCaseState((s) => s.grid)
  const plane = useCaseState((s) => (s.active === 'volume' ? 'axial' : s.active))
  const point = useCaseState((s) => s.points[plane])
  const frame = frameOf({ grid }, plane)
  const slice = sliceAt(grid, frame, point)
  const { revision } = layer
  // biome-ignore lint/correctness/useExhaustiveDependencies: voxels arrive in place; the revision says so
  const share = useMemo(
    () => (range[0] > range[1] ? null : inRangeSlice(layer, frame, slice, range).share),
    [layer, frame, slice, range, revision],
  )
  if (share === null)
    return (
      <span className={styles.warning} role="alert">
        The range is empty, so nothing can be painted.
      </span>
    )
  return (
    <span className={tools.tinted}>
      <i className={styles.chip} /> in range: {formatNumber(100 * share, share < 0.1 ? 1 : 0)} % of this slice
    </span>
  )
}

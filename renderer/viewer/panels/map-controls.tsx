import { Select, Slider } from '@mantine/core'
import {
  type ColourTableId,
  colourTableIds,
  colourTableTitles,
  tableGradient,
} from '../../../main/shared/colour/tables.ts'
import styles from './panels.module.css'

/** A slider as one row of a settings grid: name, track, value. */
export function LabelledSlider({
  label,
  title,
  min = 0,
  max,
  step = 0.05,
  value,
  text,
  onChange,
}: {
  readonly label: string
  /** Spoken name, where the label is too short. */
  readonly title?: string
  readonly min?: number
  readonly max: number
  readonly step?: number
  readonly value: number
  readonly text: string
  onChange(value: number): void
}) {
  return (
    <>
      <span title={title}>{label}</span>
      <div className={styles.withValue}>
        <Slider
          thumbLabel={title ?? label}
          size="xs"
          label={null}
          min={min}
          max={max}
          step={step}
          value={value}
          onChange={onChange}
        />
        <span>{text}</span>
      </div>
    </>
  )
}

function Swatch({ table }: { table: ColourTableId }) {
  return <span className={styles.swatch} style={{ background: tableGradient(table) }} aria-hidden="true" />
}

/** Colour tables with their stops; null, where offered, takes the table that suits the sign of each map. */
export function ColourSelect<T extends ColourTableId | null>({
  value,
  bySign = false,
  onChange,
}: {
  readonly value: T
  readonly bySign?: boolean
  onChange(table: T): void
}) {
  return (
    <Select
      aria-label="Colour map"
      data={[
        ...(bySign ? [{ value: '', label: 'By sign' }] : []),
        ...colourTableIds.map((id) => ({ value: id, label: colourTableTitles[id] })),
      ]}
      value={value ?? ''}
      allowDeselect={false}
      leftSection={value === null ? undefined : <Swatch table={value} />}
      leftSectionWidth={value === null ? undefined : 52}
      renderOption={({ option }) => (
        <span className={styles.swatchOption}>
          {option.value === '' ? <span className={styles.swatch} /> : <Swatch table={option.value as ColourTableId} />}
          {option.label}
        </span>
      )}
      onChange={(table) => onChange((table === '' ? null : table) as T)}
    />
  )
}

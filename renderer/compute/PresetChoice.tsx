import { Select } from '@mantine/core'
import { formatCount } from '../ui/format.ts'
import { Notice } from '../ui/Notice.tsx'
import { type PresetEntry, usePresets } from '../ui/registries.ts'
import { Section } from '../ui/Section.tsx'
import styles from './ComputeScreen.module.css'

/** The published settings that stand behind the parameters; what they set, and what their source does besides. */
export function PresetChoice({
  preset,
  dropped,
  onChange,
}: {
  preset: PresetEntry | null
  /** Titles of methods that were unticked because the preset does not have them. */
  dropped: readonly string[]
  onChange: (preset: PresetEntry | null) => void
}) {
  const presets = usePresets()
  return (
    <Section title="Preset">
      {presets.error && <Notice kind="error">{presets.error.message}</Notice>}
      <Select
        aria-label="Preset"
        data={[
          { value: '', label: 'None: the methods’ own defaults' },
          ...(presets.data ?? []).map(({ id, title }) => ({ value: id, label: title })),
        ]}
        value={preset?.id ?? ''}
        allowDeselect={false}
        onChange={(id) => onChange(presets.data?.find((one) => one.id === id) ?? null)}
      />
      {preset !== null && <PresetFacts preset={preset} />}
      {dropped.length > 0 && (
        <p className={styles.dropped} role="status">
          Unticked, since the preset does not have {dropped.length === 1 ? 'it' : 'them'}: {dropped.join(', ')}.
        </p>
      )}
    </Section>
  )
}

function PresetFacts({ preset }: { preset: PresetEntry }) {
  const set = Object.values(preset.methods).filter((values) => Object.keys(values).length > 0).length
  const score = preset.output === undefined ? '' : ` It explains the ${preset.output}.`
  return (
    <div className={styles.preset}>
      <p>
        {preset.source} has {formatCount(Object.keys(preset.methods).length, 'method', 'methods')} and sets parameters
        of {set}.{score} What you change goes before it.
      </p>
      {preset.notes.length > 0 && (
        <details>
          <summary>What the source does besides</summary>
          <ul>
            {preset.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

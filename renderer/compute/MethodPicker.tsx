import { Checkbox, Select, Tooltip } from '@mantine/core'
import { useState } from 'react'
import type { Model } from '../../main/shared/domain/model.ts'
import type { FieldSchema } from '../ui/json-schema.ts'
import { ParameterForm, type ParameterValues } from '../ui/ParameterForm.tsx'
import { FAMILIES, type MethodEntry, needsArray, type PresetEntry } from '../ui/registries.ts'
import { Section } from '../ui/Section.tsx'
import styles from './ComputeScreen.module.css'
import { PresetChoice } from './PresetChoice.tsx'
import { ReferenceCases } from './ReferenceCases.tsx'
import { type ReferenceCandidate, takesReferences } from './reference-cases.ts'
import { type ChosenMethod, presetDefaults, presetReason, presetWords, underPreset } from './run-request.ts'

/** The images that may be references, and those that are. */
export interface ReferenceChoice {
  readonly candidates: readonly ReferenceCandidate[]
  readonly chosen: readonly string[]
  readonly onChange: (chosen: string[]) => void
}

/** Every method by family; one that cannot run is greyed with the reason. The chosen one in front shows its parameters. */
export function MethodPicker(props: {
  methods: readonly MethodEntry[]
  model: Model
  preset: PresetEntry | null
  onPreset: (preset: PresetEntry | null) => void
  chosen: readonly ChosenMethod[]
  onChange: (chosen: ChosenMethod[]) => void
  references: ReferenceChoice
}) {
  const { methods, model, preset, chosen, onChange } = props
  const [front, setFront] = useState<string | null>(null)
  const [dropped, setDropped] = useState<readonly string[]>([])
  const reasons = new Map(
    model.report.methods.filter((method) => !method.available).map((method) => [method.id, method.reason]),
  )
  const reasonOf = (entry: MethodEntry) =>
    reasons.get(entry.id) ??
    (needsArray(entry) ? 'Needs arrays from files; start it on the command line.' : null) ??
    presetReason(preset, entry.id)
  const inFront = chosen.find((one) => one.method === front)
  const titleOf = (id: string) => methods.find((method) => method.id === id)?.title ?? id
  const toggle = (id: string, on: boolean) => {
    onChange(on ? [...chosen, { method: id, parameters: {}, layer: null }] : chosen.filter((one) => one.method !== id))
    setFront(on ? id : null)
  }
  const changePreset = (next: PresetEntry | null) => {
    const under = underPreset(next, chosen)
    setDropped(under.dropped.map(({ method }) => titleOf(method)))
    if (under.dropped.length > 0) onChange(under.kept)
    props.onPreset(next)
  }
  return (
    <>
      <div className={styles.methods}>
        <PresetChoice preset={preset} dropped={dropped} onChange={changePreset} />
        {FAMILIES.map((family) => (
          <Section key={family.id} title={family.title}>
            {methods
              .filter((method) => method.family === family.id)
              .map((method) => (
                <MethodLine
                  key={method.id}
                  method={method}
                  reason={reasonOf(method)}
                  on={chosen.some((one) => one.method === method.id)}
                  front={front === method.id}
                  onToggle={(on) => toggle(method.id, on)}
                  onFront={() => setFront(method.id)}
                />
              ))}
          </Section>
        ))}
      </div>
      <div className={styles.parameters}>
        <Parameters
          method={methods.find((method) => method.id === front)}
          choice={inFront}
          model={model}
          preset={preset}
          references={inFront !== undefined && takesReferences(inFront, methods) ? props.references : null}
          onChange={(part) => onChange(chosen.map((one) => (one.method === front ? { ...one, ...part } : one)))}
        />
      </div>
    </>
  )
}

/** What the method in front is, and its parameters once it is ticked. */
function Parameters(props: {
  method: MethodEntry | undefined
  choice: ChosenMethod | undefined
  model: Model
  preset: PresetEntry | null
  /** null: the method takes none. */
  references: ReferenceChoice | null
  onChange: (part: Partial<ChosenMethod>) => void
}) {
  const { method, choice, model, preset, references, onChange } = props
  if (method === undefined) return <p className={styles.hint}>A method’s parameters appear here.</p>
  const words = presetWords(preset, method.id)
  const schema = presetDefaults(method.parameters, preset, method.id)
  return (
    <Section title={method.title} note={method.id}>
      <p className={styles.summary}>{method.summary}</p>
      {words !== '' && (
        <p className={styles.summary}>
          {preset?.title} sets {words}.
        </p>
      )}
      {references !== null && <ReferenceCases {...references} draws={drawsOf(schema, choice?.parameters ?? {})} />}
      {choice === undefined ? (
        <p className={styles.hint}>Tick it to change its parameters.</p>
      ) : (
        <ParameterForm
          schema={withoutReferences(schema)}
          values={choice.parameters}
          onChange={(parameters) => onChange({ parameters })}
        />
      )}
      {choice !== undefined && method.needs.includes('activations') && (
        <Select
          mt={12}
          label="Layer"
          data={model.report.camLayers.map((layer) => ({
            value: layer.name,
            label: layer.isDefault ? `${layer.name}, default` : layer.name,
          }))}
          value={choice.layer ?? model.report.camLayers.find((layer) => layer.isDefault)?.name ?? null}
          allowDeselect={false}
          onChange={(layer) => onChange({ layer })}
        />
      )}
      <p className={styles.source}>{method.source}</p>
    </Section>
  )
}

/** Samples of a method that draws its references; null where it has all of them, or wraps the method that has. */
function drawsOf({ properties = {} }: FieldSchema, values: ParameterValues): number | null {
  const samples = values['samples'] ?? properties['samples']?.default
  return 'references' in properties && typeof samples === 'number' ? samples : null
}

/** References are chosen from the cases, not typed. */
function withoutReferences(schema: FieldSchema): FieldSchema {
  const { references: _, ...properties } = schema.properties ?? {}
  return { ...schema, properties }
}

function MethodLine(props: {
  method: MethodEntry
  reason: string | null
  on: boolean
  front: boolean
  onToggle: (on: boolean) => void
  onFront: () => void
}) {
  const { method, reason } = props
  return (
    <div className={styles.method} data-front={props.front || undefined}>
      <Checkbox
        aria-label={method.title}
        checked={props.on}
        disabled={reason !== null}
        onChange={(event) => props.onToggle(event.currentTarget.checked)}
      />
      <Tooltip label={reason ?? method.summary} multiline maw={360}>
        <button type="button" className={reason === null ? styles.title : styles.off} onClick={props.onFront}>
          {method.title}
          {reason !== null && <span className={styles.reason}>{reason}</span>}
        </button>
      </Tooltip>
    </div>
  )
}

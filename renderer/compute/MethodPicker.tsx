import { Checkbox, Select, Tooltip } from '@mantine/core'
import { useState } from 'react'
import type { Model } from '../../main/shared/domain/model.ts'
import { ParameterForm } from '../ui/ParameterForm.tsx'
import { FAMILIES, type MethodEntry, needsArray } from '../ui/registries.ts'
import { Section } from '../ui/Section.tsx'
import styles from './ComputeScreen.module.css'
import type { ChosenMethod } from './run-request.ts'

/** Every method by family; one that cannot run is greyed with the reason. The chosen one in front shows its parameters. */
export function MethodPicker({
  methods,
  model,
  chosen,
  onChange,
}: {
  methods: readonly MethodEntry[]
  model: Model
  chosen: readonly ChosenMethod[]
  onChange: (chosen: ChosenMethod[]) => void
}) {
  const [front, setFront] = useState<string | null>(null)
  const reasons = new Map(
    model.report.methods.filter((method) => !method.available).map((method) => [method.id, method.reason]),
  )
  const reasonOf = (entry: MethodEntry) =>
    reasons.get(entry.id) ?? (needsArray(entry) ? 'Needs arrays from files; start it on the command line.' : null)
  const toggle = (id: string, on: boolean) => {
    onChange(on ? [...chosen, { method: id, parameters: {}, layer: null }] : chosen.filter((one) => one.method !== id))
    setFront(on ? id : null)
  }
  const shown = methods.find((method) => method.id === front)
  const choice = chosen.find((one) => one.method === front)
  const update = (part: Partial<ChosenMethod>) =>
    onChange(chosen.map((one) => (one.method === front ? { ...one, ...part } : one)))
  return (
    <>
      <div className={styles.methods}>
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
        {shown === undefined ? (
          <p className={styles.hint}>A method’s parameters appear here.</p>
        ) : (
          <Section title={shown.title} note={shown.id}>
            <p className={styles.summary}>{shown.summary}</p>
            {choice === undefined ? (
              <p className={styles.hint}>Tick it to change its parameters.</p>
            ) : (
              <ParameterForm
                schema={shown.parameters}
                values={choice.parameters}
                onChange={(parameters) => update({ parameters })}
              />
            )}
            {choice !== undefined && shown.needs.includes('activations') && (
              <Select
                mt={12}
                label="Layer"
                data={model.report.camLayers.map((layer) => ({
                  value: layer.name,
                  label: layer.isDefault ? `${layer.name}, default` : layer.name,
                }))}
                value={choice.layer ?? model.report.camLayers.find((layer) => layer.isDefault)?.name ?? null}
                allowDeselect={false}
                onChange={(layer) => update({ layer })}
              />
            )}
            <p className={styles.source}>{shown.source}</p>
          </Section>
        )}
      </div>
    </>
  )
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

import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core'
import { type FieldSchema, fieldKind, labelOf, valueOfText } from './json-schema.ts'
import styles from './ParameterForm.module.css'

export type ParameterValues = Readonly<Record<string, unknown>>

/** The form of one method or metric, made from its schema: defaults shown, units and meaning beside each field. */
export function ParameterForm({
  schema,
  values,
  onChange,
}: {
  schema: FieldSchema
  values: ParameterValues
  onChange: (values: ParameterValues) => void
}) {
  const fields = Object.entries(schema.properties ?? {}).filter(([name]) => !name.endsWith('Parameters'))
  if (fields.length === 0) return <p className={styles.none}>No parameters.</p>
  const set = (name: string, value: unknown) => {
    const { [name]: _, ...rest } = values
    onChange(value === undefined ? rest : { ...rest, [name]: value })
  }
  return (
    <div className={styles.form}>
      {fields.map(([name, field]) => (
        <Field key={name} name={name} schema={field} value={values[name]} onChange={(value) => set(name, value)} />
      ))}
    </div>
  )
}

function Field({
  name,
  schema,
  value,
  onChange,
}: {
  name: string
  schema: FieldSchema
  value: unknown
  onChange: (value: unknown) => void
}) {
  const kind = fieldKind(schema)
  const label = labelOf(name, schema)
  const shown = value ?? schema.default
  const common = { label, description: schema.description }
  switch (kind.kind) {
    case 'boolean':
      return (
        <Checkbox {...common} checked={shown === true} onChange={(event) => onChange(event.currentTarget.checked)} />
      )
    case 'number':
      return (
        <NumberInput
          {...common}
          value={typeof shown === 'number' ? shown : ''}
          min={kind.minimum}
          max={kind.maximum}
          allowDecimal={!kind.integer}
          decimalScale={kind.integer ? 0 : undefined}
          clampBehavior="blur"
          onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
        />
      )
    case 'choice':
      return (
        <Select
          {...common}
          data={[...kind.options]}
          value={shown === undefined ? null : String(shown)}
          allowDeselect={false}
          onChange={(next) => onChange(next ?? undefined)}
        />
      )
    case 'text':
      return (
        <TextInput
          {...common}
          placeholder={kind.hint}
          value={shown === undefined ? '' : String(shown)}
          onChange={(event) =>
            onChange(event.currentTarget.value === '' ? undefined : valueOfText(event.currentTarget.value))
          }
        />
      )
    case 'array':
      return (
        <p className={styles.none}>
          {label}: an array from a file, on the command line (--set {name}=@file.npy).
        </p>
      )
  }
}

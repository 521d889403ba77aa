import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core'
import { arrayFields, type FieldSchema, fieldKind, labelOf, valueOfText } from './json-schema.ts'
import styles from './ParameterForm.module.css'

export type ParameterValues = Readonly<Record<string, unknown>>

/**
 * The form of one method or metric, made from its schema: defaults shown, units and meaning beside each field. What takes
 * an array from a file is named in one line at the end, since only the command line reads one.
 */
export function ParameterForm({
  schema,
  values,
  onChange,
}: {
  schema: FieldSchema
  values: ParameterValues
  onChange: (values: ParameterValues) => void
}) {
  const all = Object.entries(schema.properties ?? {}).filter(([name]) => !name.endsWith('Parameters'))
  const fields = all.filter(([, field]) => fieldKind(field).kind !== 'array')
  const arrays = arrayFields(all)
  if (all.length === 0) return <p className={styles.none}>No parameters.</p>
  const set = (name: string, value: unknown) => {
    const { [name]: _, ...rest } = values
    onChange(value === undefined ? rest : { ...rest, [name]: value })
  }
  return (
    <div className={styles.form}>
      {fields.map(([name, field]) => (
        <Field key={name} name={name} schema={field} value={values[name]} onChange={(value) => set(name, value)} />
      ))}
      {arrays.length > 0 && (
        <p className={styles.none}>
          Arrays from files are given on the command line: {arrays.map((name) => `--set ${name}=@file.npy`).join(', ')}.
        </p>
      )}
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
      return null
  }
}

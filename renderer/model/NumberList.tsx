import { TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'

const parse = (text: string) =>
  text
    .split(/[\s,×x;]+/)
    .filter(Boolean)
    .map((word) => Number(word.replace('−', '-')))

/** Several numbers in one field, apart by spaces, commas or ×; what is not a number is refused in words. Empty gives null when optional. */
export function NumberList({
  label,
  values,
  optional,
  onChange,
}: {
  label: string
  values: readonly number[]
  optional?: boolean
  onChange: (values: number[] | null) => void
}) {
  const outside = values.join(' ')
  const [text, setText] = useState(outside)
  useEffect(() => setText(outside), [outside])
  const numbers = parse(text)
  const wrong = numbers.some((n) => !Number.isFinite(n)) || (numbers.length === 0 && !optional)
  return (
    <TextInput
      aria-label={label}
      title={label}
      value={text}
      error={wrong ? 'Numbers apart by spaces' : undefined}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => !wrong && text !== outside && onChange(numbers.length === 0 ? null : numbers)}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  )
}

import { describe, expect, it } from 'vitest'
import { arrayFields, fieldKind, labelOf, titleOf, valueOfText } from './json-schema.ts'

describe('parameter fields from JSON Schema', () => {
  it('names the unit beside the title, once', () => {
    expect(labelOf('window', { title: 'Window', unit: 'positions' })).toBe('Window, positions')
    expect(labelOf('cells', { title: 'Cells', unit: 'cells' })).toBe('Cells')
    expect(labelOf('cells', {})).toBe('Cells')
  })

  it('asks for bounded numbers, choices and switches as such', () => {
    expect(fieldKind({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER })).toEqual({
      kind: 'number',
      integer: true,
      minimum: 1,
      maximum: undefined,
    })
    expect(fieldKind({ type: 'string', enum: ['mean', 'sum'] })).toEqual({ kind: 'choice', options: ['mean', 'sum'] })
    expect(fieldKind({ type: 'boolean' })).toEqual({ kind: 'boolean' })
  })

  it('lets a baseline be a number, a word or a blur, and leaves arrays to files', () => {
    const baseline = {
      anyOf: [
        { type: 'number' },
        { enum: ['mean', 'black-white'] },
        { type: 'string', pattern: '^blur:' },
        { format: 'array' },
      ],
    }
    expect(fieldKind(baseline)).toEqual({ kind: 'text', hint: 'a number, mean, black-white, blur:SIGMA' })
    expect(fieldKind({ anyOf: [{ format: 'array' }] })).toEqual({ kind: 'array' })
  })

  it('are named where a file could give them, alone or besides other values', () => {
    const fields = {
      draws: { format: 'array' },
      baseline: { anyOf: [{ type: 'number' }, { format: 'array' }] },
      steps: {},
    }
    expect(arrayFields(Object.entries(fields))).toEqual(['draws', 'baseline'])
  })

  it('reads typed text as a number only where it is one', () => {
    expect(valueOfText(' 0.5 ')).toBe(0.5)
    expect(valueOfText('blur:3')).toBe('blur:3')
    expect(valueOfText('')).toBe('')
  })

  it('makes a title of a name', () => {
    expect(titleOf('maximumDistance', {})).toBe('Maximum distance')
    expect(titleOf('of', { title: 'Inner method' })).toBe('Inner method')
  })
})

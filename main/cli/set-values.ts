import { SaliscopeError } from '../shared/errors.ts'
import { readNpyTensor } from './files.ts'

/**
 * The `--set NAME=VALUE` pairs of CONTRACT.md as a record: numbers, true/false, words, and arrays read from `@file.npy`.
 * Errors: cli.usage for a pair without a name or given twice; the file's own error for an array that cannot be read.
 */
export async function readSetValues(pairs: readonly string[]): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {}
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    if (equals <= 0) throw new SaliscopeError('cli.usage', `--set takes NAME=VALUE, not "${pair}".`)
    const name = pair.slice(0, equals)
    if (Object.hasOwn(values, name))
      throw new SaliscopeError('cli.usage', `--set ${name} was given twice; it may be given once.`)
    values[name] = await readValue(pair.slice(equals + 1))
  }
  return values
}

async function readValue(text: string): Promise<unknown> {
  if (text.startsWith('@')) return readNpyTensor(text.slice(1))
  if (text === 'true') return true
  if (text === 'false') return false
  if (text.trim() !== '' && Number.isFinite(Number(text))) return Number(text)
  return text
}

/** Takes the values that belong to the target rather than to the method. */
export function takeTargetValues(values: Record<string, unknown>): {
  output: 'logit' | 'probability'
  negate: boolean
  seed: number
} {
  const { output = 'logit', negate = false, seed = 0 } = values
  delete values['output']
  delete values['negate']
  delete values['seed']
  if (output !== 'logit' && output !== 'probability')
    throw new SaliscopeError('cli.usage', `--set output takes logit or probability, not "${String(output)}".`)
  if (typeof negate !== 'boolean')
    throw new SaliscopeError('cli.usage', `--set negate takes true or false, not "${String(negate)}".`)
  if (typeof seed !== 'number' || !Number.isInteger(seed) || seed < 0)
    throw new SaliscopeError('cli.usage', `--set seed takes a whole number from 0, not "${String(seed)}".`)
  return { output, negate, seed }
}

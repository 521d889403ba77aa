import { SaliscopeError } from '../shared/errors.ts'
import type { Call, Command, Io } from './command.ts'

const usageError = (message: string) => new SaliscopeError('cli.usage', message)

/** The nearest of the known words within two edits, for "did you mean". */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: { name: string; distance: number } | undefined
  for (const name of known) {
    const distance = editDistance(word, name)
    if (distance <= 2 && (best === undefined || distance < best.distance)) best = { name, distance }
  }
  return best?.name
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]
}

/** Reads words as `--flag value`, `--flag=value`, switches and operands; everything after `--` is an operand. */
export function parseCall(command: Command, words: readonly string[], io: Io): Call {
  const flags = new Map(command.flags.map((flag) => [flag.name, flag]))
  const values = new Map<string, string[]>()
  const operands: string[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    if (word === '--') {
      operands.push(...words.slice(i + 1))
      break
    }
    if (!word.startsWith('--')) {
      operands.push(word)
      continue
    }
    const equals = word.indexOf('=')
    const name = word.slice(2, equals < 0 ? undefined : equals)
    const flag = flags.get(name)
    if (flag === undefined) {
      const hint = nearest(name, [...flags.keys()])
      throw usageError(`"${command.name}" has no option --${name}.${hint ? ` Did you mean --${hint}?` : ''}`)
    }
    if (values.has(name) && !flag.repeat) throw usageError(`--${name} was given twice; it may be given once.`)
    let value = ''
    if (flag.value !== undefined) {
      if (equals >= 0) value = word.slice(equals + 1)
      else if (i + 1 < words.length) value = words[++i]
      else throw usageError(`--${name} needs a value: --${name} ${flag.value}.`)
    } else if (equals >= 0) throw usageError(`--${name} is a switch and takes no value.`)
    values.set(name, [...(values.get(name) ?? []), value])
  }
  checkCompleteness(command, operands, values)
  return {
    operands,
    io,
    text: (flag) => values.get(flag)?.[0],
    all: (flag) => values.get(flag) ?? [],
    has: (flag) => values.has(flag),
  }
}

function checkCompleteness(command: Command, operands: readonly string[], values: ReadonlyMap<string, string[]>): void {
  const needed = command.operands.filter((operand) => operand.required)
  if (operands.length < needed.length)
    throw usageError(`"${command.name}" needs ${needed[operands.length].name}. See: saliscope ${command.name} --help`)
  const unlimited = command.operands.some((operand) => operand.repeat)
  if (!unlimited && operands.length > command.operands.length) {
    throw usageError(
      `"${operands[command.operands.length]}" is one word too many for "${command.name}". See: saliscope ${command.name} --help`,
    )
  }
  for (const flag of command.flags) {
    if (flag.required && !values.has(flag.name))
      throw usageError(
        `"${command.name}" needs --${flag.name} ${flag.value ?? ''}. See: saliscope ${command.name} --help`,
      )
  }
}

/** A flag's value as a whole number within bounds. */
export function wholeNumber(call: Call, flag: string, least: number, most: number): number | undefined {
  const text = call.text(flag)
  if (text === undefined) return undefined
  const value = Number(text)
  if (!/^[+-]?\d+$/.test(text) || value < least || value > most) {
    throw usageError(`--${flag} takes a whole number from ${least} to ${most}, not "${text}".`)
  }
  return value
}

import { SaliscopeError } from '../shared/errors.ts'
import type { Command, Io } from './command.ts'
import { commands } from './commands/registry.ts'
import { commandHelp, generalHelp } from './help.ts'
import { nearest, parseCall } from './parse.ts'
import { programVersion } from './version.ts'

/**
 * Runs one command. Exit status: 0 success, 2 usage, 1 any other failure, with one clear line on standard error
 * (CONTRACT.md); 130 after Ctrl+C.
 */
export async function main(words: readonly string[], io: Io = processIo()): Promise<number> {
  const [name, ...rest] = words
  if (name === undefined || name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
    io.out(generalHelp(commands))
    return 0
  }
  if (name === '--version' || name === '-v') {
    io.out(`saliscope ${programVersion()}`)
    return 0
  }
  try {
    const command = findCommand(name === 'help' ? rest[0] : name)
    if (name === 'help' || rest.includes('--help') || rest.includes('-h')) {
      io.out(await helpFor(command, name === 'help' ? rest.slice(1) : rest))
      return 0
    }
    const call = parseCall(command, rest, io)
    const { run } = await command.load()
    return await run(call)
  } catch (error) {
    return fail(error, io)
  }
}

/** A wrong word on the command line, wherever it is noticed. */
const USAGE: ReadonlySet<string> = new Set([
  'cli.usage',
  'attribution.unknown',
  'attribution.parameter',
  'metrics.unknown',
  'metrics.parameter',
  'segmentation.unknown',
  'segmentation.parameter',
])

/** Help on the command, or on the method or metric that the call names. */
async function helpFor(command: Command, words: readonly string[]): Promise<string> {
  const { detail } = command
  if (detail === undefined) return commandHelp(command)
  const flag = `--${detail.flag}`
  const at = words.indexOf(flag)
  const named =
    detail.flag === undefined
      ? words[0]
      : (words.find((word) => word.startsWith(`${flag}=`))?.slice(flag.length + 1) ??
        (at < 0 ? undefined : words[at + 1]))
  const known = await detail.load()
  return named === undefined || named.startsWith('-') ? commandHelp(command, known) : known.help(named)
}

function findCommand(name: string): Command {
  const found = commands.find((command) => command.name === name)
  if (found) return found
  const hint = nearest(
    name,
    commands.map((command) => command.name),
  )
  throw new SaliscopeError(
    'cli.usage',
    `There is no command "${name}".${hint ? ` Did you mean "${hint}"?` : ' See: saliscope --help'}`,
  )
}

function fail(error: unknown, io: Io): number {
  if (error instanceof SaliscopeError) {
    io.err(`saliscope: ${oneLine(error.message)}`)
    if (error.code === 'cancelled') return 130
    return USAGE.has(error.code) ? 2 : 1
  }
  const message = error instanceof Error ? error.message : String(error)
  io.err(`saliscope: ${oneLine(message)}`)
  if (process.env['SALISCOPE_DEBUG'] && error instanceof Error && error.stack) io.err(error.stack)
  return 1
}

const oneLine = (text: string) => text.replace(/\s*\n\s*/g, ' ')

function processIo(): Io {
  const controller = new AbortController()
  process.once('SIGINT', () => controller.abort())
  process.once('SIGTERM', () => controller.abort())
  process.stdout.on('error', () => process.exit(1)) // the reader has gone, as with `| head`
  return {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    interactive: process.stderr.isTTY === true,
    signal: controller.signal,
  }
}

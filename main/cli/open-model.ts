import { type OpenedModel, type OpenOptions, openModel as open } from '../inference/open-model.ts'
import { SaliscopeError } from '../shared/errors.ts'
import type { Call } from './command.ts'
import { wholeNumber } from './parse.ts'

const PROVIDERS = ['cpu', 'webgpu', 'dml', 'cuda'] as const
type Provider = (typeof PROVIDERS)[number]

function providerOf(call: Call): Provider | undefined {
  const word = call.text('provider')
  if (word === undefined) return undefined
  if ((PROVIDERS as readonly string[]).includes(word)) return word as Provider
  throw new SaliscopeError('cli.usage', `--provider takes ${PROVIDERS.join(', ')}, not "${word}".`)
}

/** The machine's flags of a command. */
export function machineOptions(call: Call): OpenOptions {
  return {
    threads: wholeNumber(call, 'threads', 1, 1024),
    memoryMb: wholeNumber(call, 'memory', 64, 1_048_576) ?? null,
    provider: providerOf(call),
    signal: call.io.signal,
  }
}

/** Opens the model a command names, with the machine's flags. */
export function openModel(call: Call, file: string, itemDims: readonly number[] | undefined): Promise<OpenedModel> {
  return open(file, { ...machineOptions(call), itemDims })
}

export const repeatsOf = (call: Call) => wholeNumber(call, 'repeat', 0, 100_000) ?? null
export const targetOf = (call: Call) => wholeNumber(call, 'target', 0, 1_000_000) ?? null

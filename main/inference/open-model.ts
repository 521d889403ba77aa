import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { OnnxModel } from '../graph/model.ts'
import type { ProviderCheck } from '../shared/domain/provider-check.ts'
import { Engine } from './engine.ts'
import { OnnxModelUnderStudy } from './onnx-model.ts'
import { prepare } from './prepare.ts'
import { type OptimisationLevel, type ProviderName, runtimeVersion, type SessionSettings } from './session.ts'

export interface OpenOptions {
  /** Threads of all runs together; default: all cores. */
  readonly threads?: number
  readonly provider?: ProviderName
  readonly optimisation?: OptimisationLevel
  /** Bound on the memory of what runs at a time; default 40 % of what is free. */
  readonly memoryMb?: number | null
  /** Runs of a batch at a time, each on its share of the threads; default: as many as pay and fit the memory. 1: one after the other. */
  readonly lanes?: number
  /** Keeps freed memory for the next run: faster and larger. Default on. */
  readonly arena?: boolean
  /** Shape of one item, for files that leave it open; usually that of the image at hand. */
  readonly itemDims?: readonly number[]
  /** How scores without a head become probabilities, when the model card knows it. */
  readonly probability?: 'softmax' | 'sigmoid' | null
  readonly signal?: AbortSignal
}

/** What ran, stored beside every result. */
export interface EngineProvenance {
  readonly ortVersion: string
  readonly provider: ProviderName
  readonly threads: number
  readonly optimisation: OptimisationLevel
  /** The provider compared with the CPU on this model; null for the CPU. */
  readonly providerCheck: ProviderCheck | null
}

/** An opened model: what methods see, what its sessions cost, and the way to give them back. */
export class OpenedModel {
  readonly engine: Engine
  readonly study: OnnxModelUnderStudy

  constructor(engine: Engine, signal: AbortSignal) {
    this.engine = engine
    this.study = new OnnxModelUnderStudy(engine, signal)
  }

  /** The same sessions for another computation with its own signal. */
  under(signal: AbortSignal): OnnxModelUnderStudy {
    return new OnnxModelUnderStudy(this.engine, signal)
  }

  async provenance(): Promise<EngineProvenance> {
    const { provider, threads, optimisation } = this.engine.settings
    const providerCheck = await this.engine.providerCheck()
    return { ortVersion: await runtimeVersion(), provider, threads, optimisation, providerCheck }
  }

  close(): Promise<void> {
    return this.engine.close()
  }
}

function settingsOf(options: OpenOptions): SessionSettings {
  return {
    provider: options.provider ?? 'cpu',
    threads: options.threads ?? availableParallelism(),
    optimisation: options.optimisation ?? 'all',
    arena: options.arena ?? true,
  }
}

/** A file is another one when any of these changes. */
function identityOf(path: string, itemDims: readonly number[]): string {
  const { size, mtimeMs } = statSync(path)
  return JSON.stringify([path, size, mtimeMs, itemDims])
}

/**
 * Opens a model for study: reads the file (or takes a graph in memory), prepares it and finds its scores. Sessions of the
 * single derivatives are built when a method first asks for them.
 *
 * errors  graph.* of reading; inference.load, inference.output, inference.input, inference.not-finite
 */
export async function openModel(source: string | OnnxModel, options: OpenOptions = {}): Promise<OpenedModel> {
  const started = performance.now()
  const settings = settingsOf(options)
  const prepared = await prepare(source, {
    settings,
    itemDims: options.itemDims ?? null,
    probability: options.probability ?? null,
  })
  const identity = typeof source === 'string' ? identityOf(source, prepared.input.itemDims) : null
  const engine = new Engine(prepared, settings, {
    memoryMb: options.memoryMb ?? null,
    identity,
    lanes: options.lanes ?? null,
  })
  engine.prepareMs += performance.now() - started
  return new OpenedModel(engine, options.signal ?? new AbortController().signal)
}

import type { LedgerRow } from '../autodiff/ledger.ts'
import type { Capabilities } from '../graph/capabilities.ts'
import type { OnnxModel } from '../graph/model.ts'
import { blockedLayout } from '../graph/passes/blocked-layout.ts'
import { foldScales } from '../graph/passes/fold-scales.ts'
import { maskWinners } from '../graph/passes/mask-winners.ts'
import { providerForms } from '../graph/passes/provider-forms.ts'
import { slicedConvolutions } from '../graph/passes/sliced-convolutions.ts'
import type { ProviderCheck } from '../shared/domain/provider-check.ts'
import { SaliscopeError } from '../shared/errors.ts'
import type { AtBatch } from './batches.ts'
import { capabilitiesOf } from './capabilities.ts'
import { checkedOnce } from './checked-once.ts'
import { LANE_GRAPHS, type LanePlan, planLanes } from './lanes/lane-plan.ts'
import { LanePool } from './lanes/lane-pool.ts'
import { Lifting } from './lifting.ts'
import { activationBytes, type MemoryPlan, peakMemoryMb, planMemory, weightBytes } from './memory-plan.ts'
import { modelBytesFor } from './model-bytes.ts'
import type { Target } from './model-under-study.ts'
import type { Prepared } from './prepare.ts'
import { type RawTensor, Session, type SessionSettings } from './session.ts'
import { type GraphSession, type Loaded, SessionCache } from './session-cache.ts'

/** A graph ready for a session, with the names by which it is fed and read. */
export interface Built {
  readonly model: OnnxModel
  /** Role ('x', 'seed', 'layer', …) → name of the graph's input. */
  readonly inputs: Readonly<Record<string, string>>
  /** Role ('scores', 'gradient', …) → name of the graph's output. */
  readonly outputs: Readonly<Record<string, string>>
  /** Nodes in the order of a traced walk. */
  readonly rows?: readonly LedgerRow[]
}

/** In which form a graph is loaded. */
export interface RunForm {
  /** Which end it has. */
  readonly output: Target['output']
  /** Weighs the positions of a segmentation output by a further input. */
  readonly masked: boolean
  /** Items of one run. */
  readonly batch: number
  /** Runs at a time. */
  readonly lanes: number
}

export interface EngineRun {
  readonly values: Readonly<Record<string, RawTensor>>
  /** Growth of the process' high-water mark of memory during the run. */
  readonly addedMb: number
}

/** What a backward pass keeps alive, in multiples of a forward pass' activations; measurement corrects it. */
const KEEPS: Readonly<Record<string, number>> = {
  scores: 1,
  gradient: 3,
  layer: 3,
  tail: 1,
  relevance: 8,
  multipliers: 8,
}
/** Further scores share the forward pass, whose activations stay; each walk has its own intermediates on top. */
function keepsOf(variant: string): number {
  const [kind, count = '1'] = variant.split('×')
  return (KEEPS[kind] ?? 1) + (Number(count) - 1)
}

export interface EngineOptions {
  /** Bound on what runs at a time may hold; null: a share of what is free. */
  readonly memoryMb: number | null
  /** Tells the model's file and item shape from others within this process; null: its provider is checked anew. */
  readonly identity: string | null
  /** Runs at a time; null: as many as pay and fit. */
  readonly lanes: number | null
}

/** Variants × batch sizes of one model that stay loaded. */
const SESSIONS = 10
const MB = 2 ** 20

/** Sessions of one prepared model: built when first asked for, kept while they are in use, closed together. */
export class Engine {
  readonly prepared: Prepared
  readonly settings: SessionSettings
  /** What the provider computes itself: the form in which graphs are written for it. */
  readonly capabilities: Capabilities
  readonly plan: MemoryPlan
  readonly #cache = new SessionCache(SESSIONS)
  readonly #inLanes = new SessionCache(LANE_GRAPHS)
  readonly #pool = new LanePool(() => {
    // What was loaded there is gone with the thread; the next run loads it anew.
    void this.#inLanes.clear()
  })
  readonly #activationsMb: number
  readonly #weightsMb: number
  readonly #wantedLanes: number | null
  readonly #lifting: Lifting
  readonly #identity: string | null
  #checked: Promise<ProviderCheck | null> | undefined
  /** Milliseconds spent on building graphs and loading sessions. */
  prepareMs = 0

  constructor(prepared: Prepared, settings: SessionSettings, options: EngineOptions) {
    const { memoryMb, identity } = options
    this.prepared = prepared
    this.#identity = identity
    this.#wantedLanes = options.lanes
    this.settings = settings
    this.capabilities = capabilitiesOf(settings.provider)
    this.#lifting = new Lifting(prepared, settings)
    const constants = prepared.one.model.graph.initializers
    const bytes = activationBytes(prepared.one.shapes, (name) => constants.has(name)) / prepared.one.batch
    this.#activationsMb = bytes / MB
    this.#weightsMb = weightBytes(constants.values()) / MB
    this.plan = planMemory(bytes, memoryMb, keepsOf)
  }

  /** How large batches of a kind of run are shared out among threads; null where runs follow each other. */
  lanes(variant: string, fixedItems: number | null = null): LanePlan | null {
    return planLanes({
      settings: this.settings,
      wanted: this.#wantedLanes,
      steadyMb: this.plan.steadyMb,
      boundMb: this.plan.boundMb,
      itemMb: this.plan.expectedMb(variant),
      activationsMb: this.#activationsMb,
      weightsMb: this.#weightsMb,
      fixedItems,
    })
  }

  /**
   * The session of a graph variant at a batch size.
   *
   * variant  names the graph; equal names must build equal graphs
   * lanes    in how many lanes at a time it will run; 1: in this thread
   * errors   those of `build`, inference.load, inference.provider, inference.memory
   */
  async load(
    variant: string,
    { output, masked, batch, lanes }: RunForm,
    build: (at: AtBatch) => Built | Promise<Built>,
  ): Promise<Loaded<Built>> {
    const cache = lanes > 1 ? this.#inLanes : this.#cache
    return cache.get(`${variant} of ${output}${masked ? ' masked' : ''} @${batch} ×${lanes}`, async () => {
      const started = performance.now()
      await this.providerCheck()
      const built = this.#arranged(await build(await this.prepared.at(output, batch, masked)))
      const source = modelBytesFor(built.model)
      try {
        return {
          session: await this.#loaded(source.model, lanes),
          about: { ...built, model: withoutWeights(built.model) },
        }
      } finally {
        source.release()
        this.prepareMs += performance.now() - started
      }
    })
  }

  #loaded(model: Uint8Array | string, lanes: number): Promise<GraphSession> {
    if (lanes === 1) return Session.load(model, this.settings)
    const threads = Math.max(1, Math.floor(this.settings.threads / lanes))
    return this.#pool.load(lanes, model, { ...this.settings, threads })
  }

  /**
   * What comparing the provider with the CPU on this model showed, on first use; null for the CPU itself.
   *
   * errors  inference.provider: it is not there, or its numbers differ
   */
  providerCheck(): Promise<ProviderCheck | null> {
    this.#checked ??= checkedOnce(this.#identity, this.prepared, this.settings, {
      capabilities: this.capabilities,
      arrange: (built) => this.#arranged(built),
    })
    return this.#checked
  }

  /**
   * The forms that another provider computes; on the CPU, backward passes in the order and layout that suit this processor.
   * Forward passes stay as they are, so that scores are those of the file; lower optimisation levels stay plain as references.
   */
  #arranged(built: Built): Built {
    const { provider, optimisation } = this.settings
    if (provider !== 'cpu') return { ...built, model: providerForms(built.model, this.capabilities) }
    const isBackward = Object.keys(built.inputs).some((role) => role.startsWith('seed'))
    if (!isBackward || optimisation !== 'all') return built
    const folded = foldScales(maskWinners(built.model))
    return { ...built, model: process.arch === 'x64' ? blockedLayout(slicedConvolutions(folded)) : folded }
  }

  /** The batch size that runs must have for n items: null when any will do. */
  fixedBatch(n: number): Promise<number | null> {
    return this.#lifting.fixedBatch(n)
  }

  /** Sentences that the user should read beside every result. */
  get warnings(): readonly string[] {
    return [...this.prepared.warnings, ...this.#lifting.warnings]
  }

  /** One run by roles. errors  inference.run, inference.memory, inference.not-finite */
  async run(loaded: Loaded<Built>, feeds: Readonly<Record<string, RawTensor>>): Promise<EngineRun> {
    const { inputs, outputs } = loaded.about
    const named: Record<string, RawTensor> = {}
    for (const [role, value] of Object.entries(feeds)) if (role in inputs) named[inputs[role]] = value
    const before = peakMemoryMb()
    const found = await loaded.session.run(named, Object.values(outputs))
    const addedMb = peakMemoryMb() - before
    const values: Record<string, RawTensor> = {}
    for (const [role, name] of Object.entries(outputs)) {
      values[role] = found[name]
    }
    requireFinite(values)
    return { values, addedMb }
  }

  async close(): Promise<void> {
    await this.#cache.clear()
    await this.#inLanes.clear()
    await this.#pool.close()
  }
}

/** The session holds the weights; keeping the graph's views as well would keep every variant's constants twice. */
function withoutWeights(model: OnnxModel): OnnxModel {
  return { ...model, graph: { ...model.graph, nodes: [], initializers: new Map() } }
}

/** The first element that is no finite number; −1 when all are. A sum in double precision is finite exactly when every term is. */
function notFinite({ data }: RawTensor): number {
  if (!(data instanceof Float32Array)) return -1
  let sum = 0
  // By index: an iterator takes ten times as long.
  for (let i = 0; i < data.length; i++) sum += data[i]
  return Number.isFinite(sum) ? -1 : data.findIndex((v) => !Number.isFinite(v))
}

/** errors  inference.not-finite: by the model's own numbers, or by what a backward pass made of finite ones */
function requireFinite(values: Readonly<Record<string, RawTensor>>): void {
  for (const [role, value] of Object.entries(values)) {
    const element = notFinite(value)
    if (element < 0) continue
    const found = `${value.data[element]} (element ${element} of [${value.dims.join(', ')}])`
    const isBackward = /^(result|bias)/.test(role) && values['scores'] !== undefined && notFinite(values['scores']) < 0
    const sentence = isBackward
      ? `The scores are finite, and the pass back to the image ended in ${found}: its values grew beyond what float32 holds, as relevance does where sums near zero are shared out again and again. No map can be made from it; a larger epsilon, another composite or a gradient method may.`
      : `The model gave ${found} in its ${role}; no map can be made from it.`
    throw new SaliscopeError('inference.not-finite', sentence, { role, element })
  }
}

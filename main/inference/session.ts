import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import type { ElementType } from '../graph/model.ts'
import { SaliscopeError } from '../shared/errors.ts'

export type ProviderName = 'cpu' | 'webgpu' | 'dml' | 'cuda'
export type OptimisationLevel = 'disabled' | 'basic' | 'extended' | 'all'

/** Everything about a session that may move numbers or memory; recorded with every result. */
export interface SessionSettings {
  readonly provider: ProviderName
  /** Threads inside one operator. */
  readonly threads: number
  /** Graph optimisation of ONNX Runtime; levels differ at isolated pixels where a ReLU sits on its kink. */
  readonly optimisation: OptimisationLevel
  /** The arena keeps the high-water mark of memory; without it runs are slower and smaller. */
  readonly arena: boolean
}

export type RawData =
  | Float32Array
  | Float64Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array

/** A tensor of any element type, as it enters and leaves a session. */
export interface RawTensor {
  readonly type: ElementType
  readonly dims: readonly number[]
  readonly data: RawData
}

type Runtime = typeof import('onnxruntime-node')

const ORT_TYPES: Partial<Record<ElementType, OrtTensor.Type>> = { float: 'float32', double: 'float64' }
const OUR_TYPES: Partial<Record<OrtTensor.Type, ElementType>> = { float32: 'float', float64: 'double' }

let loaded: Promise<Runtime> | undefined

/**
 * ONNX Runtime, loaded on first use: commands that run no model never pay for it. Its official builds for Linux and macOS send
 * usage data (model names and hashes among them) to their maker unless this variable is set before they start; nothing may
 * leave the machine. NVIDIA's libraries, by default, round the factors of products to ten bits (TF32); the runtime's option
 * against it is not among those its Node binding passes on, so the libraries are told themselves.
 *
 * source  microsoft/onnxruntime, pull request 27379 (from 1.29 on); NVIDIA, cuBLAS and cuDNN documentation: NVIDIA_TF32_OVERRIDE
 */
export async function runtime(): Promise<Runtime> {
  process.env.ORT_DISABLE_TELEMETRY = '1'
  process.env.NVIDIA_TF32_OVERRIDE = '0'
  loaded ??= import('onnxruntime-node').then((module) => ('default' in module ? (module.default as Runtime) : module))
  return loaded
}

/** Version of ONNX Runtime, as recorded with every result. */
export async function runtimeVersion(): Promise<string> {
  return (await runtime()).env.versions.node ?? 'unknown'
}

function providerOption(settings: SessionSettings): InferenceSession.ExecutionProviderConfig[] {
  if (settings.provider === 'cpu') return [{ name: 'cpu', useArena: settings.arena }]
  return [settings.provider, { name: 'cpu', useArena: settings.arena }]
}

/** One line out of ONNX Runtime's message: its source paths and stack lines help nobody. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text
    .replace(/\/[^\s:]*\/onnxruntime\/[^\s]*\s?/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 400)
}

function isMemory(reason: string): boolean {
  return /bad_alloc|failed to allocate|out of memory|Failed to allocate|buffer size|not enough memory/i.test(reason)
}

/** A loaded graph. `run` blocks its thread (onnxruntime-node has no other way): sessions live in compute processes. */
export class Session {
  readonly settings: SessionSettings
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  readonly #session: InferenceSession
  readonly #makeTensor: Runtime['Tensor']

  private constructor(session: InferenceSession, settings: SessionSettings, makeTensor: Runtime['Tensor']) {
    this.#session = session
    this.#makeTensor = makeTensor
    this.settings = settings
    this.inputNames = [...session.inputNames]
    this.outputNames = [...session.outputNames]
  }

  /**
   * Loads a graph from serialised bytes, or from a path when its weights lie beside it.
   *
   * profilePrefix  path with which the name of a profile begins; null: none is written
   * errors  inference.load: ONNX Runtime refuses the graph; inference.provider: the provider cannot start;
   *         inference.memory: weights do not fit
   */
  static async load(
    model: Uint8Array | string,
    settings: SessionSettings,
    profilePrefix: string | null = null,
  ): Promise<Session> {
    const ort = await runtime()
    const options: InferenceSession.SessionOptions = {
      executionProviders: providerOption(settings),
      intraOpNumThreads: settings.threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: settings.optimisation,
      enableCpuMemArena: settings.arena,
      enableMemPattern: settings.arena,
      executionMode: 'sequential',
      logSeverityLevel: 4,
      extra: {
        // A pool that spins after its run takes the cores from the session that runs next: gradients took 1.4 times as long.
        session: { force_spinning_stop: '1' },
        // Version 1.30 lets a MaxPool take over the zeros that a Pad puts around its input, as cells that never win.
        optimization: { disable_specified_optimizers: 'Pad_Fusion' },
      },
      ...(profilePrefix === null ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
    }
    try {
      const session =
        typeof model === 'string'
          ? await ort.InferenceSession.create(model, options)
          : await ort.InferenceSession.create(model, options)
      return new Session(session, settings, ort.Tensor)
    } catch (error) {
      const reason = reasonOf(error)
      if (isMemory(reason))
        throw new SaliscopeError('inference.memory', `The model needs more memory than is free: ${reason}`, {}, 'limit')
      if (settings.provider !== 'cpu' && /provider|adapter|device|backend|EP/i.test(reason)) {
        throw new SaliscopeError(
          'inference.provider',
          `The provider ${settings.provider} cannot run the model: ${reason}`,
          { provider: settings.provider },
        )
      }
      throw new SaliscopeError('inference.load', `ONNX Runtime refused the model: ${reason}`)
    }
  }

  /**
   * One run.
   *
   * feeds    name → tensor for every input of the graph
   * outputs  names wanted; all outputs of the graph when left out
   * errors   inference.run, inference.memory; inference.provider: a provider other than the CPU stopped
   */
  async run(
    feeds: Readonly<Record<string, RawTensor>>,
    outputs: readonly string[] = this.outputNames,
  ): Promise<Record<string, RawTensor>> {
    const given: Record<string, OrtTensor> = {}
    for (const [name, value] of Object.entries(feeds)) {
      given[name] = new this.#makeTensor(
        ORT_TYPES[value.type] ?? (value.type as OrtTensor.Type),
        value.data as Float32Array,
        value.dims,
      ) as OrtTensor
    }
    let results: InferenceSession.ReturnType
    try {
      results = await this.#session.run(given, outputs)
    } catch (error) {
      const reason = reasonOf(error)
      if (isMemory(reason))
        throw new SaliscopeError('inference.memory', `The run needs more memory than is free: ${reason}`, {}, 'limit')
      const { provider } = this.settings
      if (provider !== 'cpu') {
        throw new SaliscopeError(
          'inference.provider',
          `The provider ${provider} stopped while computing: ${reason} Choose the provider cpu.`,
          { provider },
        )
      }
      throw new SaliscopeError('inference.run', `ONNX Runtime stopped while computing: ${reason}`)
    }
    const answer: Record<string, RawTensor> = {}
    for (const name of outputs) {
      const value = results[name] as OrtTensor
      answer[name] = {
        type: OUR_TYPES[value.type] ?? (value.type as ElementType),
        dims: value.dims,
        data: value.data as RawData,
      }
    }
    return answer
  }

  /** Writes the profile that was asked for when the session was loaded. */
  endProfile(): void {
    this.#session.endProfiling()
  }

  async close(): Promise<void> {
    await this.#session.release()
  }
}

/** The float32 values of an output; other element types are converted, so that callers see one type. */
export function float32Of(value: RawTensor): Float32Array {
  return value.data instanceof Float32Array ? value.data : Float32Array.from(value.data as Int32Array, Number)
}

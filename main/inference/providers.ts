import { float, int, ints } from '../graph/attributes.ts'
import { GraphBuilder } from '../graph/builder.ts'
import type { OnnxModel } from '../graph/model.ts'
import { writeModel } from '../graph/write.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { sizeOf } from '../tensor/tensor.ts'
import { float32Of, type ProviderName, type RawTensor, runtime, Session, type SessionSettings } from './session.ts'

/** What the check of a provider found. */
export interface ProviderReport {
  readonly name: ProviderName
  readonly available: boolean
  /** Largest difference to the CPU on the check network, relative to the largest value; null when it did not run. */
  readonly difference: number | null
  /** One sentence: why it is not available; empty when it is. */
  readonly reason: string
}

/** Rounding of float32 through a few hundred additions; a wrong kernel is off by far more. */
const TOLERANCE = 1e-4
const KNOWN: readonly ProviderName[] = ['cpu', 'webgpu', 'dml', 'cuda']

/** Reproducible numbers in (−1, 1) for weights and input; any will do. */
function waves(dims: readonly number[], phase: number): Float32Array {
  return Float32Array.from({ length: sizeOf(dims) }, (_, i) => Math.sin(phase + i * 12.9898) * 0.9)
}

/**
 * The check network holds what a gradient graph holds: convolution, ReLU mask, product, transposed convolution, pooling,
 * a dense layer, softmax, and the backward direction of the first two. Its output reacts to an error in any of them.
 */
export function checkModel(): OnnxModel {
  const dims = [1, 3, 12, 12]
  const empty: OnnxModel = {
    irVersion: 8,
    opsets: { '': 17 },
    producer: 'saliscope',
    producerVersion: '',
    metadata: {},
    graph: {
      name: 'provider check',
      inputs: [{ name: 'x', type: 'float', dims }],
      outputs: [],
      nodes: [],
      initializers: new Map(),
    },
    directory: null,
    repairs: [],
  }
  const build = new GraphBuilder(empty)
  const weights = (shape: readonly number[], phase: number) => build.constant('float', shape, waves(shape, phase))
  const same = { pads: ints([1, 1, 1, 1]) }
  const convolved = build.add('Conv', ['x', weights([4, 3, 3, 3], 1), weights([4], 2)], same)
  const active = build.add('Relu', [convolved])
  const pooled = build.add('MaxPool', [active], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) })
  const strided = build.add('Conv', [pooled, weights([6, 4, 3, 3], 3)], { ...same, strides: ints([2, 2]) })
  const back = build.add('ConvTranspose', [strided, weights([6, 4, 3, 3], 4)], {
    ...same,
    strides: ints([2, 2]),
    output_padding: ints([1, 1]),
  })
  const mask = build.add('Cast', [build.add('Greater', [pooled, build.scalar(0.5)])], { to: int(1) })
  const gated = build.add('Mul', [back, mask])
  const average = build.add('GlobalAveragePool', [gated])
  const flat = build.add('Flatten', [average], { axis: int(1) })
  const dense = build.add('Gemm', [flat, weights([5, 4], 5)], { transB: int(1), alpha: float(1) })
  build.add('Softmax', [dense], { axis: int(-1) }, 'y')
  build.add('Identity', [gated], {}, 'z')
  return build.finish([
    { name: 'y', type: 'float', dims: [1, 5] },
    { name: 'z', type: 'float', dims: [1, 4, 6, 6] },
  ])
}

async function runCheck(settings: SessionSettings): Promise<Record<string, RawTensor>> {
  const session = await Session.load(writeModel(checkModel()), settings)
  try {
    const dims = [1, 3, 12, 12]
    return await session.run({ x: { type: 'float', dims, data: waves(dims, 6) } })
  } finally {
    await session.close()
  }
}

function largestDifference(found: Record<string, RawTensor>, expected: Record<string, RawTensor>): number {
  let worst = 0
  for (const [name, value] of Object.entries(expected)) {
    const a = float32Of(found[name])
    const b = float32Of(value)
    const scale = b.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
    const off = b.reduce(
      (most, v, i) => (Number.isFinite(a[i]) ? Math.max(most, Math.abs(a[i] - v)) : Number.POSITIVE_INFINITY),
      0,
    )
    worst = Math.max(worst, off / scale)
  }
  return worst
}

/** What a provider needs that does not come with the runtime's package. */
const NEEDS: Partial<Record<ProviderName, string>> = {
  cuda: 'It needs libonnxruntime_providers_cuda.so and libonnxruntime_providers_shared.so of the same version beside the runtime (its package fetches them where install scripts are allowed), and the CUDA, cuBLAS, cuRAND and cuDNN 9 libraries they were built for where the loader finds them (LD_LIBRARY_PATH).',
}

function reasonFor(name: ProviderName, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  return NEEDS[name] !== undefined && /shared library/i.test(reason) ? `${reason}. ${NEEDS[name]}` : reason
}

const checked = new Map<ProviderName, Promise<ProviderReport>>()

async function check(name: ProviderName): Promise<ProviderReport> {
  if (name === 'cpu') return { name, available: true, difference: 0, reason: '' }
  const settings = { threads: 1, optimisation: 'basic', arena: false } as const
  try {
    const difference = largestDifference(
      await runCheck({ ...settings, provider: name }),
      await runCheck({ ...settings, provider: 'cpu' }),
    )
    if (difference <= TOLERANCE) return { name, available: true, difference, reason: '' }
    return {
      name,
      available: false,
      difference,
      reason: `The provider ${name} differs from the CPU by ${difference.toExponential(1)} on the check network (at most ${TOLERANCE} is allowed).`,
    }
  } catch (error) {
    return { name, available: false, difference: null, reason: reasonFor(name, error) }
  }
}

/**
 * Checks a provider once per process: the check network's outputs against the CPU's.
 *
 * errors  inference.provider: not there, or its numbers differ
 */
export async function requireProvider(name: ProviderName): Promise<ProviderReport> {
  const report = checked.get(name) ?? check(name)
  checked.set(name, report)
  const found = await report
  if (!found.available)
    throw new SaliscopeError('inference.provider', found.reason, { provider: name, difference: found.difference })
  return found
}

/** Every provider that this build of ONNX Runtime brings, checked; the CPU first. */
export async function listProviders(): Promise<readonly ProviderReport[]> {
  const backends = new Set((await runtime()).listSupportedBackends().map((backend) => backend.name))
  const reports: ProviderReport[] = []
  for (const name of KNOWN) {
    if (!backends.has(name)) continue
    const report = checked.get(name) ?? check(name)
    checked.set(name, report)
    reports.push(await report)
  }
  return reports
}

import { noise, sketch } from '../../test/fixtures/onnx-sketch.ts'
import { int, ints } from '../graph/attributes.ts'
import { EVERYTHING } from '../graph/capabilities.ts'
import type { OnnxModel } from '../graph/model.ts'
import type { ProviderCheck } from '../shared/domain/provider-check.ts'
import { sizeOf, type Tensor, tensor } from '../tensor/tensor.ts'
import { plausibleInput } from './batches.ts'
import { crossCheck } from './cross-check.ts'
import { type OpenedModel, openModel } from './open-model.ts'

type Constant = readonly ['float', readonly number[], Float32Array]

/** Weights that keep values about as large as they come in. */
const weights = (dims: readonly number[]): Constant => [
  'float',
  dims,
  noise(dims, 3 / Math.sqrt(sizeOf(dims.slice(1)))),
]

/**
 * Max pools with overlap, pads, sizes rounded up and dilation, behind a convolution with uneven pads. Six channels come in one
 * convolution's backward pass.
 */
function pools(): OnnxModel {
  const pool = { kernel_shape: ints([3, 3]), strides: ints([2, 2]) }
  return sketch({
    inputs: { x: [1, 2, 18, 17] },
    constants: { a: weights([4, 2, 3, 3]), b: weights([6, 4, 3, 3]), c: weights([3, 6]) },
    nodes: [
      ['Conv', ['x', 'a'], ['t1'], { kernel_shape: ints([3, 3]), pads: ints([0, 2, 1, 0]) }],
      ['Relu', ['t1'], ['t2']],
      ['MaxPool', ['t2'], ['t3'], { ...pool, pads: ints([1, 1, 1, 1]), ceil_mode: int(1) }],
      ['Conv', ['t3', 'b'], ['t4'], { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) }],
      ['MaxPool', ['t4'], ['t5'], { kernel_shape: ints([2, 2]), strides: ints([1, 1]), dilations: ints([2, 1]) }],
      ['GlobalAveragePool', ['t5'], ['t6']],
      ['Flatten', ['t6'], ['t7']],
      ['Gemm', ['t7', 'c'], ['y'], { transB: int(1) }],
    ],
    outputs: ['y'],
  })
}

/** Down and up again over three axes, with groups: what a U-Net for volumes is made of. */
function volumes(): OnnxModel {
  const same = { kernel_shape: ints([3, 3, 3]), pads: ints([1, 1, 1, 1, 1, 1]) }
  const twice = { kernel_shape: ints([2, 2, 2]), strides: ints([2, 2, 2]) }
  return sketch({
    inputs: { x: [1, 2, 6, 8, 6] },
    constants: { a: weights([4, 1, 3, 3, 3]), b: weights([4, 4, 2, 2, 2]), c: weights([3, 4, 3, 3, 3]) },
    nodes: [
      ['Conv', ['x', 'a'], ['t1'], { ...same, group: int(2) }],
      ['Relu', ['t1'], ['t2']],
      ['MaxPool', ['t2'], ['t3'], twice],
      ['ConvTranspose', ['t3', 'b'], ['t4'], twice],
      ['Add', ['t4', 't2'], ['t5']],
      ['Conv', ['t5', 'c'], ['y'], same],
    ],
    outputs: ['y'],
  })
}

const models = { pools, volumes }

function difference(found: Tensor, expected: Tensor): number {
  const size = expected.data.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
  return found.data.reduce((most, v, i) => Math.max(most, Math.abs(v - expected.data[i])), 0) / size
}

async function mapsOf({ study }: OpenedModel): Promise<Record<string, Tensor>> {
  const dims = [2, ...study.input.itemDims]
  const x = tensor(dims, plausibleInput(dims, 1.7))
  const target = { index: 1, output: 'logit', negate: false } as const
  const rule = { composite: 'epsilon-plus', epsilon: 1e-6, gamma: 0.25, low: null, high: null }
  return {
    gradient: (await study.gradient(x, target)).gradient,
    guided: (await study.gradient(x, target, 'guided')).gradient,
    relevance: (await study.relevance(x, target, rule)).relevance,
    multipliers: (await study.multipliers(x, tensor(dims), target, 'rescale')).multipliers,
  }
}

/** Largest differences of maps computed by a provider to the CPU's, and what the check on first use said. */
export async function compareWithCpu(
  name: keyof typeof models,
  provider: 'webgpu' | 'cuda',
): Promise<{ readonly differences: Record<string, number>; readonly check: ProviderCheck | null }> {
  const [cpu, gpu] = [await openModel(models[name]()), await openModel(models[name](), { provider })]
  const [expected, found] = [await mapsOf(cpu), await mapsOf(gpu)]
  const differences = Object.fromEntries(
    Object.entries(expected).map(([map, value]) => [map, difference(found[map], value)]),
  )
  const { providerCheck } = await gpu.provenance()
  await Promise.all([cpu.close(), gpu.close()])
  return { differences, check: providerCheck }
}

/** The check of a provider that is believed to compute everything. */
export async function checkWebGpuAsCpu(): Promise<ProviderCheck> {
  const { engine } = await openModel(pools(), { provider: 'webgpu' })
  return crossCheck(engine.prepared, engine.settings, { capabilities: EVERYTHING, arrange: (built) => built })
}

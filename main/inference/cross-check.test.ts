import { afterAll, beforeAll, expect, it } from 'vitest'
import { noise, sketch } from '../../test/fixtures/onnx-sketch.ts'
import { int, ints } from '../graph/attributes.ts'
import { EVERYTHING } from '../graph/capabilities.ts'
import { numbersOf } from '../graph/constants.ts'
import { crossCheck } from './cross-check.ts'
import type { Built } from './engine.ts'
import { placementOf } from './node-placement.ts'
import { type OpenedModel, openModel } from './open-model.ts'

const asItIs = (built: Built): Built => built
let opened: OpenedModel

beforeAll(async () => {
  opened = await openModel(
    sketch({
      inputs: { x: [1, 1, 6, 6] },
      constants: { w: ['float', [2, 1, 3, 3], noise([2, 1, 3, 3])], v: ['float', [3, 2], noise([3, 2])] },
      nodes: [
        ['Conv', ['x', 'w'], ['c'], { kernel_shape: ints([3, 3]) }],
        ['Tanh', ['c'], ['t']],
        ['GlobalMaxPool', ['t'], ['p']],
        ['Flatten', ['p'], ['f']],
        ['Gemm', ['f', 'v'], ['y'], { transB: int(1) }],
      ],
      outputs: ['y'],
    }),
  )
})
afterAll(() => opened.close())

/** The check with the CPU in the provider's place, fed the graph that `arrange` makes. */
const check = (arrange: (built: Built) => Built) =>
  crossCheck(opened.engine.prepared, opened.engine.settings, { capabilities: EVERYTHING, arrange })

it('finds no difference where there is none, and counts every node that the CPU ran', async () => {
  const found = await check(asItIs)
  expect(found.scoreDifference).toBeLessThan(1e-6)
  expect(found.gradientDifference).toBeLessThan(1e-6)
  expect(found.fallbackNodes).toBe(found.nodes)
  expect(found.fallbackOperators).toMatchObject({ GlobalMaxPool: 1, Gemm: 2 })
})

it.each([
  ['every number a little off', 1.01],
  ['the sign of all', -1],
  ['no number', Number.NaN],
])('refuses a provider that computes wrongly: %s', async (_what, factor) => {
  const wrong = ({ model, ...built }: Built): Built => {
    const initializers = new Map([...model.graph.initializers])
    const weights = initializers.get('v')
    if (weights === undefined) throw new Error('the weights were renamed')
    const bytes = Float32Array.from(numbersOf(weights, null), (v) => v * factor).buffer
    initializers.set('v', { ...weights, source: { kind: 'bytes', bytes: new Uint8Array(bytes) } })
    return { ...built, model: { ...model, graph: { ...model.graph, initializers } } }
  }
  await expect(check(wrong)).rejects.toMatchObject({ code: 'inference.provider' })
})

it('compares the scores alone where no gradient can be built, and says why', async () => {
  const hard = await openModel(
    sketch({
      inputs: { x: [1, 4] },
      constants: { v: ['float', [3, 4], noise([3, 4])] },
      nodes: [
        ['Gemm', ['x', 'v'], ['g'], { transB: int(1) }],
        ['Round', ['g'], ['y']],
      ],
      outputs: ['y'],
    }),
  )
  const { prepared, settings } = hard.engine
  const found = await crossCheck(prepared, settings, { capabilities: EVERYTHING, arrange: asItIs })
  await hard.close()
  expect(found).toMatchObject({ scoreDifference: 0, gradientDifference: null })
  expect(found.gradientReason).toMatch(/does not depend/)
})

it('needs no check for the CPU itself', async () => {
  expect((await opened.provenance()).providerCheck).toBeNull()
})

it('counts a node of a loop once, and no copies between devices', () => {
  const event = (name: string, op_name: string, provider: string) => ({
    cat: 'Node',
    name: `${name}_kernel_time`,
    args: { op_name, provider, node_index: '1' },
  })
  const profile = [
    { cat: 'Session', name: 'model_run', args: {} },
    event('a', 'Add', 'WebGpuExecutionProvider'),
    event('b', 'Shape', 'CPUExecutionProvider'),
    event('b', 'Shape', 'CPUExecutionProvider'),
    event('m', 'MemcpyToHost', 'CPUExecutionProvider'),
  ]
  expect(placementOf(profile)).toEqual({ nodes: 2, onCpu: { Shape: 1 } })
  expect(() => placementOf([])).toThrow('names no nodes')
})

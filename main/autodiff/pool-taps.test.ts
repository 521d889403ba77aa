import { expect, it } from 'vitest'
import { noise, runModel, sketch } from '../../test/fixtures/onnx-sketch.ts'
import { ints } from '../graph/attributes.ts'
import { EVERYTHING } from '../graph/capabilities.ts'
import type { Attribute } from '../graph/model.ts'
import { checkAdjoint, type OperatorCase, type Runner } from './adjoint.support.ts'
import { buildGradient } from './gradient.ts'
import { buildMultipliers } from './multipliers.ts'
import { windowCases } from './tables/windows.support.ts'

const withoutIndices = { ...EVERYTHING, poolIndices: false }
const pools = windowCases.filter((c) => c.opType === 'MaxPool')
const run: Runner = (model, feeds) =>
  runModel(model, Object.fromEntries(Object.entries(feeds).map(([name, t]) => [name, [t.dims, t.data]])))

it(`taps of a max pool agree with differences in double precision over ${pools.length} cases`, async () => {
  const failures: string[] = []
  for (const [i, c] of pools.entries()) {
    const { adjoint } = await checkAdjoint(c, run, 300 + i, withoutIndices)
    if (!(adjoint <= 1e-5)) failures.push(`${c.note}: off by ${adjoint.toExponential(1)}`)
  }
  expect(failures).toEqual([])
})

/** The pool alone, with the shape of its output as the runtime tells it. */
async function poolOf(c: OperatorCase) {
  const [input] = c.inputs
  const dims = input?.dims ?? []
  const model = sketch({
    inputs: { x: dims },
    nodes: [['MaxPool', ['x'], ['y'], c.attributes as Readonly<Record<string, Attribute>>]],
    outputs: ['y'],
  })
  const out = (await runModel(model, { x: [dims, noise(dims)] })).y.dims
  const shapes = new Map([dims, out].map((d, i) => [['x', 'y'][i], { type: 'float' as const, dims: d }]))
  return { model, shapes, dims, out }
}

const valuesOf: readonly (readonly [string, (dims: readonly number[]) => Float32Array])[] = [
  ['all different', (dims) => noise(dims)],
  ['mostly ties', (dims) => noise(dims, 3).map(Math.round)],
  ['all equal', (dims) => new Float32Array(noise(dims).length)],
  ['far below zero', (dims) => noise(dims).map((v) => Math.round(v * 4) - 1e30)],
]

it.each(valuesOf)('taps give to the bit what scattering to Indices gives: %s', async (_name, values) => {
  for (const c of pools) {
    const { model, shapes, dims, out } = await poolOf(c)
    const seed = noise(out, 8).map(Math.round) // whole numbers, so that the order of sums does not matter
    const [scattered, tapped] = await Promise.all(
      [EVERYTHING, withoutIndices].map(async (capabilities) => {
        const built = buildGradient(model, shapes, { source: 'x', scoreTensor: 'y', rule: 'plain', capabilities })
        const found = await runModel(built.model, { x: [dims, values(dims)], [built.names.seed]: [out, seed] })
        return { model: built.model, gradient: found[built.names.gradient] }
      }),
    )
    expect(tapped.gradient.dims, c.note).toEqual(dims)
    expect(
      tapped.gradient.data.map((v) => v + 0),
      c.note,
    ).toEqual(scattered.gradient.data.map((v) => v + 0))
    const usesIndices = tapped.model.graph.nodes.some(
      (n) => n.opType === 'ScatterElements' || (n.opType === 'MaxPool' && n.outputs.length > 1),
    )
    expect(usesIndices, c.note).toBe(false)
  }
})

it('finds the winners of the reference run for DeepLIFT too', async () => {
  const dims = [2, 3, 7, 6]
  const model = sketch({
    inputs: { x: dims },
    nodes: [
      ['MaxPool', ['x'], ['p'], { kernel_shape: ints([3, 2]), strides: ints([2, 2]), pads: ints([1, 0, 1, 0]) }],
      ['Flatten', ['p'], ['y']],
    ],
    outputs: ['y'],
  })
  const shapes = new Map([
    ['x', { type: 'float' as const, dims }],
    ['p', { type: 'float' as const, dims: [2, 3, 4, 3] }],
    ['y', { type: 'float' as const, dims: [2, 36] }],
  ])
  const [scattered, tapped] = await Promise.all(
    [EVERYTHING, withoutIndices].map(async (capabilities) => {
      const built = buildMultipliers(model, shapes, { source: 'x', scoreTensor: 'y', rule: 'rescale', capabilities })
      const feeds = {
        x: [dims, noise(dims)],
        [built.names.reference]: [dims, noise(dims, 2).map((v) => v * v)],
        [built.names.seeds[0]]: [[2, 36], noise([2, 36])],
      } as const
      return (await runModel(built.model, feeds))[built.names.multipliers[0]].data
    }),
  )
  expect(tapped.some((v) => v !== 0)).toBe(true)
  tapped.forEach((v, i) => {
    expect(v).toBeCloseTo(scattered[i], 5)
  })
})

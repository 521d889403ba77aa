import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readTensor } from '../tensor/npy.ts'
import { tensor } from '../tensor/tensor.ts'
import type { LayerTrace } from './model-under-study.ts'
import { type OpenedModel, openModel } from './open-model.ts'

const golden = path.resolve(import.meta.dirname, '../../test/golden/attribution')
const input = (name: string) => readTensor(readFileSync(path.join(golden, 'inputs', `${name}.npy`)))
const opened: OpenedModel[] = []
const target = { index: 0, output: 'logit', negate: false } as const

async function open(name: string): Promise<OpenedModel> {
  const model = await openModel(path.join(golden, 'models', `${name}.onnx`))
  opened.push(model)
  return model
}

afterAll(async () => {
  for (const model of opened) await model.close()
})

const total = (values: ArrayLike<number>): number => Array.from(values).reduce((s, v) => s + v, 0)
const itemsOf = (data: Float32Array, n: number) =>
  Array.from({ length: n }, (_, i) => data.subarray((i * data.length) / n, ((i + 1) * data.length) / n))

/** Largest |arriving − leaving − bias| of any node, relative to the largest sum of the walk. */
function worst(trace: readonly LayerTrace[]): number {
  const gaps = trace.flatMap((row) =>
    row.arriving.map((v, i) =>
      Math.abs((v ?? Number.NaN) - (row.leaving[i] ?? Number.NaN) - (row.bias[i] ?? Number.NaN)),
    ),
  )
  const sizes = trace.flatMap((row) => row.arriving.map((v) => Math.abs(v ?? Number.NaN)))
  return Math.max(...gaps) / Math.max(...sizes)
}

describe('relevance', () => {
  it.each([
    ['vgg', 'chest48-two', 'epsilon'],
    ['vgg', 'chest48-two', 'epsilon-alpha2-beta1'],
    ['vgg', 'chest48-two', 'zplus'],
    ['densenet', 'chest40-two', 'gamma'],
    ['resnet3d', 'volume16-one', 'epsilon-plus'],
    ['channels-last', 'last32-two', 'epsilon-plus'],
  ])('of %s (%s) by %s and the share of the biases add up to the score', async (name, array, composite) => {
    const { study } = await open(name)
    const x = input(array)
    const options = { composite, epsilon: 1e-6, gamma: 0.25, low: null, high: null }
    const { scores, relevance, bias, trace } = await study.relevance(x, target, options)
    expect(trace).toBeNull()
    itemsOf(relevance.data, x.dims[0]).forEach((item, n) => {
      const kept = bias?.[n] ?? Number.NaN
      expect(Math.abs(total(item) + kept - scores[n])).toBeLessThan(2e-3 * (Math.abs(scores[n]) + Math.abs(kept)))
    })
  })

  it('is traced from the score to the input, every node in balance', async () => {
    const { study } = await open('vgg')
    const x = input('chest48-two')
    const options = { composite: 'epsilon', epsilon: 1e-6, gamma: 0.25, low: null, high: null, trace: true }
    const { scores, relevance, trace, bias } = await study.relevance(x, target, options)
    const rows = trace ?? []
    rows[0].arriving.forEach((v, n) => {
      expect(v).toBeCloseTo(scores[n], 5)
    })
    itemsOf(relevance.data, 2).forEach((item, n) => {
      expect(rows.at(-1)?.leaving[n]).toBeCloseTo(total(item), 3)
      expect(total(rows.map((row) => row.bias[n] ?? Number.NaN))).toBeCloseTo(bias?.[n] ?? Number.NaN, 4)
    })
    expect(worst(rows)).toBeLessThan(1e-4)
    expect(rows.some((row) => row.operator === 'Conv' && row.bias[0] !== 0)).toBe(true)
  })
})

describe('multipliers', () => {
  it.each([
    ['resnet', 'chest48-two', 'rescale'],
    ['resnet', 'chest48-two', 'reveal-cancel'],
    ['mobilenet', 'colour48-one', 'rescale'],
  ] as const)('of %s (%s) by %s are traced, every node in balance', async (name, array, rule) => {
    const { study } = await open(name)
    const x = input(array)
    const reference = tensor(x.dims)
    const plain = await study.multipliers(x, reference, target, rule)
    const { scores, referenceScores, trace, multipliers } = await study.multipliers(x, reference, target, rule, true)
    expect(plain.trace).toBeNull()
    const rows = trace ?? []
    rows[0].arriving.forEach((v, n) => {
      expect(v).toBeCloseTo(scores[n] - referenceScores[n], 4)
    })
    expect(worst(rows)).toBeLessThan(1e-4)
    const most = Math.max(...plain.multipliers.data.map(Math.abs))
    plain.multipliers.data.forEach((v, i) => {
      expect(Math.abs(v - multipliers.data[i])).toBeLessThan(1e-4 * most)
    })
  })
})

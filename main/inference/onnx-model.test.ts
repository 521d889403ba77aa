import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { SaliscopeError } from '../shared/errors.ts'
import { readTensor } from '../tensor/npy.ts'
import { type Tensor, tensor } from '../tensor/tensor.ts'
import { itemsOf } from './chunks.ts'
import type { Target } from './model-under-study.ts'
import { type OpenedModel, type OpenOptions, openModel } from './open-model.ts'
import { Session } from './session.ts'

const golden = path.resolve(import.meta.dirname, '../../test/golden/attribution')
const file = (name: string) => path.join(golden, 'models', `${name}.onnx`)
const input = (name: string) => readTensor(readFileSync(path.join(golden, 'inputs', `${name}.npy`)))
const opened: OpenedModel[] = []

async function open(name: string, options: OpenOptions = {}): Promise<OpenedModel> {
  const model = await openModel(file(name), options)
  opened.push(model)
  return model
}

afterAll(async () => {
  for (const model of opened) await model.close()
})

const logit = (index: number | number[]): Target => ({ index, output: 'logit', negate: false })

/** n items made from the first by small shifts, so that no two are alike. */
function many(x: Tensor, n: number): Tensor {
  const item = itemsOf(x, 0, 1).data
  const data = new Float32Array(n * item.length)
  for (let i = 0; i < n; i++)
    data.set(
      item.map((v, k) => v + 0.03 * Math.sin(i + k * 0.1)),
      i * item.length,
    )
  return tensor([n, ...x.dims.slice(1)], data)
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0
  let scale = 0
  for (let i = 0; i < a.length; i++) {
    most = Math.max(most, Math.abs(a[i] - b[i]))
    scale = Math.max(scale, Math.abs(b[i]))
  }
  return most / scale
}

const MODELS: readonly (readonly [string, string])[] = [
  ['vgg', 'chest48-two'],
  ['resnet', 'chest48-two'],
  ['resnet-bn', 'chest48-one'],
  ['densenet', 'chest40-two'],
  ['resnet3d', 'volume16-one'],
  ['mobilenet', 'colour48-one'],
  ['convnext', 'chest48-two'],
  ['vit', 'chest48-two'],
  ['softmax', 'chest32-one'],
  ['binary', 'chest32-three'],
  ['channels-last', 'last32-two'],
  ['dense', 'chest32-three'],
  ['small-conv', 'chest32-three'],
]

describe('scores', () => {
  for (const [name, array] of MODELS) {
    it(`of ${name} equal ONNX Runtime's own on the untouched file`, async () => {
      const x = input(array)
      const { study } = await open(name)
      const settings = { provider: 'cpu', threads: 2, optimisation: 'disabled', arena: true } as const
      const session = await Session.load(readFileSync(file(name)), settings)
      const own = await session.run({ [session.inputNames[0]]: { type: 'float', dims: x.dims, data: x.data } })
      const head = ['softmax', 'binary'].includes(name)
      const scores = await study.scores(x, head ? 'probability' : 'logit')
      expect(scores.dims).toEqual([x.dims[0], study.scoreCount])
      expect(largestDifference(scores.data, own[session.outputNames[0]].data as Float32Array)).toBeLessThan(1e-5)
      await session.close()
    })
  }

  it('keep or cut the head: probabilities are the softmax of the logits', async () => {
    const x = input('chest32-one')
    const { study } = await open('softmax')
    const logits = await study.scores(x, 'logit')
    const sum = logits.data.reduce((s, z) => s + Math.exp(z), 0)
    const expected = logits.data.map((z) => Math.exp(z) / sum)
    expect(largestDifference((await study.scores(x, 'probability')).data, expected)).toBeLessThan(1e-5)
    expect(largestDifference((await study.probabilities(x)).data, expected)).toBeLessThan(1e-6)
  })

  it('of one logit have the sigmoid as probability, and negate turns the sign', async () => {
    const x = input('chest32-three')
    const { study } = await open('binary')
    expect(study.scoreCount).toBe(1)
    const z = await study.explained(x, logit(0))
    const minus = await study.explained(x, { index: 0, output: 'logit', negate: true })
    expect(Array.from(minus)).toEqual(Array.from(z, (v) => -v))
    const p = await study.probabilities(x)
    p.data.forEach((v, i) => {
      expect(v).toBeCloseTo(1 / (1 + Math.exp(-z[i])), 6)
    })
  })
})

describe('whatever the batch', () => {
  for (const [name, array] of MODELS) {
    it(`${name} gives the same scores and gradients in one chunk, in chunks of one, and item by item`, async () => {
      const x = many(input(array), 5)
      const target = logit([0, 0, 0, 0, 0])
      const whole = await (await open(name)).study.gradient(x, target)
      const small = await open(name, { memoryMb: 1e-3 })
      expect(small.engine.plan.chunk('gradient')).toBe(1)
      const cut = await small.study.gradient(x, target)
      expect(largestDifference(cut.gradient.data, whole.gradient.data)).toBeLessThan(2e-5)
      expect(largestDifference(cut.scores, whole.scores)).toBeLessThan(1e-5)
      const third = await small.study.gradient(itemsOf(x, 2, 3), logit(0))
      const size = third.gradient.data.length
      expect(third.gradient.data).toEqual(cut.gradient.data.subarray(2 * size, 3 * size))
    })
  }

  it('targets may differ from item to item', async () => {
    const { study } = await open('resnet')
    const x = many(input('chest48-two'), 3)
    const mixed = await study.gradient(x, logit([2, 0, 1]))
    const last = await study.gradient(itemsOf(x, 2, 3), logit(1))
    const size = last.gradient.data.length
    expect(largestDifference(mixed.gradient.data.subarray(2 * size), last.gradient.data)).toBeLessThan(1e-5)
  })
})

describe('a gradient', () => {
  for (const [name, array] of MODELS) {
    it(`of ${name} is bit-equal from run to run and from session to session`, async () => {
      const x = input(array)
      const { study } = await open(name)
      const first = await study.gradient(x, logit(0))
      expect((await study.gradient(x, logit(0))).gradient.data).toEqual(first.gradient.data)
      expect((await (await open(name)).study.gradient(x, logit(0))).gradient.data).toEqual(first.gradient.data)
    })
  }
})

describe('a layer', () => {
  it('is the last tensor with a spatial extent when none is named', async () => {
    const { study } = await open('vgg')
    const result = await study.layer(input('chest48-one'), logit(1), null)
    expect(result.layer).toMatch(/MaxPool/)
    expect(result.activation.dims.length).toBe(4)
    expect(result.gradient.dims).toEqual(result.activation.dims)
  })

  for (const [name, array] of MODELS.filter(([model]) => model !== 'dense')) {
    it(`of ${name} carries the score: computing on from it gives the score again`, async () => {
      const x = input(array)
      const { study } = await open(name)
      const result = await study.layer(x, logit(0), null)
      const again = await study.fromLayer(x, logit(0), null, result.activation)
      expect(largestDifference(again, result.scores)).toBeLessThan(1e-5)
      const one = itemsOf(x, 0, 1)
      const moved = tensor([2, ...result.activation.dims.slice(1)])
      const item = itemsOf(result.activation, 0, 1).data
      const gradient = itemsOf(result.gradient, 0, 1).data
      const scale =
        item.reduce((s, v) => Math.max(s, Math.abs(v)), 0) / gradient.reduce((s, v) => Math.max(s, Math.abs(v)), 0)
      moved.data.set(item.map((v, i) => v + 1e-3 * scale * gradient[i]))
      moved.data.set(
        item.map((v, i) => v - 1e-3 * scale * gradient[i]),
        item.length,
      )
      const [up, down] = await study.fromLayer(one, logit(0), null, moved)
      const slope = gradient.reduce((s, v) => s + v * v, 0) * scale
      expect(Math.abs((up - down) / 2e-3 / slope - 1)).toBeLessThan(0.03)
    })
  }

  it('in the middle of a network with skip connections is fed beside the input', async () => {
    const { study } = await open('resnet')
    const x = input('chest48-one')
    const name = '/blocks/blocks.1/r2/Relu_output_0'
    const result = await study.layer(x, logit(1), name)
    expect(result.layer).toBe(name)
    expect(largestDifference(await study.fromLayer(x, logit(1), name, result.activation), result.scores)).toBeLessThan(
      1e-5,
    )
  })

  it('that is not there, or has no positions, is refused by name', async () => {
    const { study } = await open('resnet')
    const error = await study.layer(input('chest48-one'), logit(0), 'nowhere').catch((e: SaliscopeError) => e)
    expect(error).toMatchObject({ code: 'inference.layer', message: expect.stringContaining('nowhere') })
  })
})

describe('refusals', () => {
  it('name both shapes of a wrong input', async () => {
    const { study } = await open('resnet')
    const error = await study.scores(tensor([1, 1, 32, 32]), 'logit').catch((e: SaliscopeError) => e)
    expect(error).toMatchObject({
      code: 'inference.input',
      message: expect.stringMatching(/\[1, 1, 32, 32\].*\[N, 1, 48, 48\]/),
    })
  })

  it('say how many scores there are', async () => {
    const { study } = await open('resnet')
    const error = await study.gradient(input('chest48-one'), logit(7)).catch((e: SaliscopeError) => e)
    expect(error).toMatchObject({ code: 'inference.target', message: expect.stringMatching(/target 7 .* 3 scores/) })
  })

  it('tell of NaN instead of passing it on', async () => {
    const { study } = await open('resnet')
    const x = input('chest48-one')
    x.data[100] = Number.NaN
    expect(await study.scores(x, 'logit').catch((e: SaliscopeError) => e.code)).toBe('inference.not-finite')
  })

  it('stop between two chunks once cancelled', async () => {
    const model = await open('resnet', { memoryMb: 1e-3 })
    const abort = new AbortController()
    const study = model.under(abort.signal)
    const promise = study.gradient(many(input('chest48-one'), 40), logit(0)).catch((e: SaliscopeError) => e.code)
    setTimeout(() => abort.abort(), 5)
    expect(await promise).toBe('cancelled')
  })
})

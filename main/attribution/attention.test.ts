import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { AttentionResult } from '../inference/model-under-study.ts'
import { type OpenedModel, openModel } from '../inference/open-model.ts'
import { readTensor } from '../tensor/npy.ts'
import { tensor } from '../tensor/tensor.ts'
import { linearModel, logit, modelFrom, silentRun } from './handwritten-model.ts'
import { parseParameters } from './parameters.ts'
import { findMethod } from './registry.ts'

const golden = path.resolve(import.meta.dirname, '../../test/golden/attribution')
const opened: OpenedModel[] = []
afterAll(async () => {
  for (const model of opened) await model.close()
})

const explain = (
  id: string,
  input: Parameters<ReturnType<typeof findMethod>['run']>[0],
  flat: Record<string, unknown> = {},
) => {
  const method = findMethod(id)
  return method.run(input, parseParameters(method, flat), silentRun)
}

/** Two layers of one head over a class token and a 1 × 2 grid. */
const weights = [
  [0.2, 0.5, 0.3, 0.1, 0.8, 0.1, 0.3, 0.3, 0.4],
  [0.1, 0.1, 0.8, 0.25, 0.5, 0.25, 0.6, 0.2, 0.2],
]
const gradients = [
  [1, -1, 2, 0, 1, 1, -1, 0.5, 0],
  // The head reads the class token alone, so only its row moves the score in the last layer.
  [0, 3, -1, 0, 0, 0, 0, 0, 0],
]
const attention: AttentionResult = {
  scores: Float64Array.of(1),
  layers: weights.map((w, l) => ({
    tensor: `a${l}`,
    weights: tensor([1, 1, 3, 3], Float32Array.from(w)),
    gradient: tensor([1, 1, 3, 3], Float32Array.from(gradients[l])),
  })),
  grid: [1, 2],
  extraTokens: 1,
}
const model = { ...modelFrom(linearModel([[1, 1]], [1, 1, 2])), attention: async () => attention }
const input = { model, x: tensor([1, 1, 1, 2], Float32Array.of(1, 2)), target: logit(), layer: null, seed: 0 }

const times = (a: readonly number[], b: readonly number[]) =>
  a.map((_, i) => [0, 1, 2].reduce((s, k) => s + a[Math.floor(i / 3) * 3 + k] * b[k * 3 + (i % 3)], 0))
const plus = (a: readonly number[], b: readonly number[]) => a.map((v, i) => v + b[i])
const eye = [1, 0, 0, 0, 1, 0, 0, 0, 1]

describe('attention rollout', () => {
  it('multiplies the layers, half of each the skip connection', async () => {
    const [one, two] = weights.map((w) => plus(w, eye).map((v) => v / 2))
    const flow = times(two, one)
    const { map } = await explain('attention-rollout', input, { upsample: 'none' })
    expect(map.dims).toEqual([1, 1, 1, 2])
    expect(map.data[0]).toBeCloseTo(flow[1], 6)
    expect(map.data[1]).toBeCloseTo(flow[2], 6)
  })
})

describe('the tokens that a head reads', () => {
  it('are the patches, not a register before them, where their mean is taken', async () => {
    const layers = attention.layers.map((layer) => ({
      ...layer,
      gradient: tensor([1, 1, 3, 3], Float32Array.of(0, 0, 0, 1, -1, 2, 0, 1, 0)),
    }))
    const pooled = { ...input, model: { ...model, attention: async () => ({ ...attention, layers }) } }
    const [one, two] = weights.map((w) => plus(w, eye).map((v) => v / 2))
    const flow = times(two, one)
    const { map } = await explain('attention-rollout', pooled, { upsample: 'none' })
    expect(map.data[0]).toBeCloseTo((flow[4] + flow[7]) / 2, 6)
    expect(map.data[1]).toBeCloseTo((flow[5] + flow[8]) / 2, 6)
  })
})

describe('gradient-weighted attention', () => {
  it('adds up what raises the score', async () => {
    const [one, two] = weights.map((w, l) => w.map((v, i) => Math.max(0, v * gradients[l][i])))
    const first = plus(eye, one)
    const flow = plus(first, times(two, first))
    const { map } = await explain('attention-gradient', input, { upsample: 'none' })
    expect(map.data[0]).toBeCloseTo(flow[1], 6)
    expect(map.data[1]).toBeCloseTo(flow[2], 6)
  })
})

describe('attention of a real graph', () => {
  it('has rows that add up to 1, and the gradient that the layer itself gives', async () => {
    const vit = await openModel(path.join(golden, 'models/vit.onnx'))
    opened.push(vit)
    const x = readTensor(readFileSync(path.join(golden, 'inputs/chest48-two.npy')))
    const { layers, grid, extraTokens, scores } = await vit.study.attention(x, logit(1))
    expect([grid, extraTokens]).toEqual([[6, 6], 1])
    const own = await vit.study.explained(x, logit(1))
    scores.forEach((v, n) => {
      expect(v).toBeCloseTo(own[n], 5)
    })
    for (const layer of layers) {
      const [n, heads, tokens] = layer.weights.dims
      for (let r = 0; r < n * heads * tokens; r++) {
        const row = layer.weights.data.subarray(r * tokens, (r + 1) * tokens)
        expect(row.reduce((s, v) => s + v, 0)).toBeCloseTo(1, 4)
      }
      const own = await vit.study.layer(x, logit(1), layer.tensor)
      const most = Math.max(...own.gradient.data.map(Math.abs))
      layer.gradient.data.forEach((v, i) => {
        expect(Math.abs(v - own.gradient.data[i])).toBeLessThan(1e-5 * most)
      })
    }
    const input = { model: vit.study, x, target: logit(1), layer: null, seed: 0 }
    for (const id of ['attention-rollout', 'attention-gradient']) {
      const { map } = await explain(id, input)
      expect(map.dims).toEqual([2, 1, 48, 48])
      expect(Math.max(...map.data)).toBeGreaterThan(Math.min(...map.data))
    }
  })

  it('is refused where a causal mask hides later tokens', async () => {
    const causal = [1, 0, 0, 0.25, 0.75, 0, 0.5, 0.25, 0.25]
    const masked = (w: number[]): AttentionResult => ({
      ...attention,
      layers: attention.layers.map((layer) => ({ ...layer, weights: tensor([1, 1, 3, 3], Float32Array.from(w)) })),
    })
    const over = (w: number[]) => ({ ...input, model: { ...model, attention: async () => masked(w) } })
    for (const id of ['attention-rollout', 'attention-gradient']) {
      const refusal = { code: 'inference.layer', message: expect.stringMatching(/a0 is causal/) }
      await expect(explain(id, over(causal))).rejects.toMatchObject(refusal)
      // Tokens that look only at themselves hide nothing, and neither does one zero.
      await expect(explain(id, over(eye))).resolves.toBeDefined()
      await expect(explain(id, over([0.5, 0.5, 0, ...causal.slice(3)]))).resolves.toBeDefined()
    }
  })

  it('is refused where there is none', async () => {
    const vgg = await openModel(path.join(golden, 'models/vgg.onnx'))
    opened.push(vgg)
    const x = tensor([1, ...vgg.study.input.itemDims])
    const input = { model: vgg.study, x, target: logit(0), layer: null, seed: 0 }
    await expect(explain('attention-rollout', input)).rejects.toMatchObject({ code: 'inference.layer' })
    const without = { ...input, model: modelFrom(linearModel([[1, 1]], [1, 1, 2])) }
    await expect(explain('attention-gradient', without)).rejects.toMatchObject({ code: 'inference.layer' })
  })
})

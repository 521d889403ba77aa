import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ints } from '../../main/graph/attributes.ts'
import { noise, sketch } from '../../test/fixtures/onnx-sketch.ts'
import { type OpenedModel, openModel } from '../inference/open-model.ts'
import { readTensor } from '../tensor/npy.ts'
import { type Tensor, tensor } from '../tensor/tensor.ts'
import { type ExplainRequest, explain, explainEach } from './explain.ts'

const golden = path.resolve(import.meta.dirname, '../../test/golden/attribution')
const opened: OpenedModel[] = []
const quiet = { signal: new AbortController().signal, progress: () => {} }

async function open(source: Parameters<typeof openModel>[0]): Promise<OpenedModel> {
  const model = await openModel(source, { threads: 1 })
  opened.push(model)
  return model
}

afterAll(async () => {
  for (const model of opened) await model.close()
})

const request = (method: string, more: Partial<ExplainRequest> = {}): ExplainRequest => ({
  method,
  parameters: {},
  target: { index: 0, output: 'logit', negate: false },
  layer: null,
  seed: 0,
  repeats: null,
  ...more,
})

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0
  let scale = 1e-30
  for (let i = 0; i < a.length; i++) {
    most = Math.max(most, Math.abs(a[i] - b[i]))
    scale = Math.max(scale, Math.abs(b[i]))
  }
  return most / scale
}

describe('several targets at once', () => {
  const x = () => readTensor(readFileSync(path.join(golden, 'inputs/chest48-two.npy')))
  it.each([
    ['gradient', {}],
    ['integrated-gradients', { steps: 4, baseline: 'black-white' }],
    ['smoothgrad', { samples: 3 }],
    ['guided-integrated-gradients', { steps: 3 }],
    ['lrp', { composite: 'epsilon-alpha2-beta1' }],
    ['deeplift', { rule: 'reveal-cancel' }],
    ['grad-cam', {}],
    ['ablation-cam', {}],
    ['score-cam', {}],
    ['occlusion', { stride: 16 }],
    ['rise', { masks: 6 }],
    ['random', {}],
  ])('of %s are the maps of single ones', async (method, parameters) => {
    const model = await open(path.join(golden, 'models/vgg.onnx'))
    const each = await explainEach(model, x(), request(method, { parameters }), [2, [0, 1], 1, 0, 2], quiet)
    expect(each.map(({ record }) => record.target.index)).toEqual([
      [2, 2],
      [0, 1],
      [1, 1],
      [0, 0],
      [2, 2],
    ])
    for (const [t, index] of ([2, [0, 1], 1] as const).entries()) {
      const target = { index: typeof index === 'number' ? index : [...index], output: 'logit', negate: false } as const
      const { map, record } = await explain(model, x(), request(method, { parameters, target }), quiet)
      expect(largestDifference(each[t].map.data, map.data)).toBeLessThan(1e-5)
      expect(each[t].record.scores).toEqual(record.scores)
      expect(each[t].record.check?.kind).toBe(record.check?.kind)
    }
  })

  it('run the model once for masked copies that all targets share', async () => {
    const model = await open(path.join(golden, 'models/vgg.onnx'))
    let rows = 0
    const under = model.under.bind(model)
    model.under = (signal) => {
      const study = under(signal)
      const scores = study.scores.bind(study)
      study.scores = (batch, output, mask) => {
        rows += batch.dims[0]
        return scores(batch, output, mask)
      }
      return study
    }
    const parameters = { masks: 8 }
    await explainEach(model, x(), request('rise', { parameters }), [0], quiet)
    const one = rows
    rows = 0
    await explainEach(model, x(), request('rise', { parameters }), [0, 1, 2], quiet)
    expect(rows).toBe(one)
  })

  it('fail together, in the words of the method', async () => {
    const model = await open(path.join(golden, 'models/vgg.onnx'))
    const wrong = explainEach(model, x(), request('gradient'), [0, 9], quiet)
    await expect(wrong).rejects.toMatchObject({ code: 'inference.target' })
  })
})

/** Conv 1→2, then every position scored for two classes: [1, 2, 6, 6], stated batch 1 or open. */
const segmenter = (channelsLast = false) =>
  sketch({
    inputs: { x: ['N', 1, 6, 6] },
    constants: { w: ['float', [2, 1, 3, 3], noise([2, 1, 3, 3])], b: ['float', [2], [0.05, -0.02]] },
    nodes: [
      ['Conv', ['x', 'w', 'b'], ['z'], { pads: ints([1, 1, 1, 1]) }],
      ['Relu', ['z'], [channelsLast ? 'r' : 'y']],
      ...(channelsLast ? [['Transpose', ['r'], ['y'], { perm: ints([0, 2, 3, 1]) }] as const] : []),
    ],
    outputs: ['y'],
  })

describe('a segmentation model', () => {
  const x: Tensor = tensor([2, 1, 6, 6], noise([2, 1, 6, 6], 2))
  const target = { index: 1, output: 'logit', negate: false } as const

  it.each([false, true])('explains Σ mask · score (channels last: %s)', async (channelsLast) => {
    const model = await open(segmenter(channelsLast))
    const map = await model.study.scoreMap(x)
    expect(map.dims).toEqual([2, 2, 6, 6])
    const mask = tensor([6, 6])
    for (const q of [7, 8, 14, 20]) mask.data[q] = 1
    const masked = await explain(model, x, request('gradient', { target, mask }), quiet)
    const expected = [0, 1].map((n) => [7, 8, 14, 20].reduce((s, q) => s + map.data[(n * 2 + 1) * 36 + q], 0))
    expect(largestDifference(masked.record.scores, expected)).toBeLessThan(1e-6)
    expect(masked.record.mask).toEqual({ kind: 'array', dims: [1, 6, 6], weights: [4] })
    // The gradient of a masked sum reaches no farther than the kernel around the mask.
    expect(masked.map.data[35]).toBe(0)
    const ig = await explain(model, x, request('integrated-gradients', { target, mask }), quiet)
    expect(ig.record.check?.values.gap.every((gap) => Math.abs(gap ?? 1) < 0.05)).toBe(true)
    const occluded = await explain(model, x, request('occlusion', { target, mask, parameters: { window: 1 } }), quiet)
    expect(occluded.map.data[35]).toBe(0)
  })

  it('takes one mask for each item, wherever the item stands in a chunk', async () => {
    const model = await open(segmenter())
    const mask = tensor([2, 1, 6, 6])
    mask.data[10] = 1
    mask.data[36 + 20] = 1
    const both = await explain(model, x, request('smoothgrad', { target, mask, parameters: { samples: 3 } }), quiet)
    const map = await model.study.scoreMap(x)
    const own = await explain(model, x, request('gradient', { target, mask }), quiet)
    expect(largestDifference(own.record.scores, [map.data[36 + 10], map.data[2 * 36 + 36 + 20]])).toBeLessThan(1e-6)
    expect(both.map.data[0]).toBe(0)
    expect(both.map.data[36 + 35]).toBe(0)
  })

  it('takes the positions it gives to the class itself, and relevance starts from them alone', async () => {
    const model = await open(segmenter())
    const made = await explain(model, x, request('lrp', { target, mask: 'predicted' }), quiet)
    const map = await model.study.scoreMap(x)
    const at = (n: number, k: number, q: number) => map.data[(n * 2 + k) * 36 + q]
    const expected = [0, 1].map((n) =>
      Array.from({ length: 36 }, (_, q) => (at(n, 1, q) > at(n, 0, q) ? at(n, 1, q) : 0)).reduce((s, v) => s + v, 0),
    )
    expect(largestDifference(made.record.scores, expected)).toBeLessThan(1e-5)
    const { sum, biasShare, score } = made.record.check?.values ?? {}
    sum.forEach((value, n) => {
      expect((value ?? 0) / (score[n] ?? 1) + (biasShare[n] ?? 0)).toBeCloseTo(1, 3)
    })
  })

  it('resizes a mask of the input’s size, and refuses one of another', async () => {
    const pooled = sketch({
      inputs: { x: ['N', 1, 6, 6] },
      constants: { w: ['float', [2, 1, 2, 2], noise([2, 1, 2, 2])] },
      nodes: [['Conv', ['x', 'w'], ['y'], { strides: ints([2, 2]) }]],
      outputs: ['y'],
    })
    const model = await open(pooled)
    const mask = tensor([6, 6])
    mask.data.fill(1)
    const made = await explain(model, x, request('gradient', { target, mask }), quiet)
    expect(made.record.mask).toEqual({ kind: 'array', dims: [1, 3, 3], weights: [9] })
    const wrong = explain(model, x, request('gradient', { target, mask: tensor([5, 5]) }), quiet)
    await expect(wrong).rejects.toThrow(/\[5, 5\]; positions of the output \[3, 3\] or of the input \[6, 6\]/)
  })

  it('is asked for: a classifier refuses a mask', async () => {
    const model = await open(path.join(golden, 'models/small-conv.onnx'))
    const image = tensor([1, ...model.study.input.itemDims])
    const made = explain(model, image, request('gradient', { mask: 'predicted' }), quiet)
    await expect(made).rejects.toMatchObject({ code: 'inference.target' })
  })
})

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { noise, sketch } from '../../test/fixtures/onnx-sketch.ts'
import { methods } from '../attribution/registry.ts'
import { int, ints } from '../graph/attributes.ts'
import type { OnnxModel } from '../graph/model.ts'
import { writeModel } from '../graph/write.ts'
import { plausibleInput } from '../inference/batches.ts'
import { openModel } from '../inference/open-model.ts'
import { modelReportSchema } from '../shared/domain/model.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { tensor } from '../tensor/tensor.ts'
import { explain } from './explain.ts'
import { inspect } from './inspect.ts'

const quiet = { signal: new AbortController().signal, progress: () => undefined }
const folder = mkdtempSync(path.join(tmpdir(), 'saliscope-inspect-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function fileOf(model: OnnxModel): string {
  const file = path.join(folder, 'model.onnx')
  writeFileSync(file, writeModel(model))
  return file
}

/** A convolution, then an operator without a derivative. */
function determinants(size: number): string {
  return fileOf(
    sketch({
      inputs: { x: [1, 1, size, size] },
      constants: { w: ['float', [2, 1, 3, 3], noise([2, 1, 3, 3])], shape: ['int64', [2], [1, 2]] },
      nodes: [
        ['Conv', ['x', 'w'], ['features'], { pads: ints([1, 1, 1, 1]) }],
        ['Det', ['features'], ['determinants']],
        ['Reshape', ['determinants', 'shape'], ['y'], { allowzero: int(0) }],
      ],
      outputs: ['y'],
    }),
  )
}

const plain = {
  parameters: {},
  target: { index: null, output: 'logit', negate: false },
  layer: null,
  seed: 0,
  repeats: null,
} as const

const golden = (name: string) => path.join('test/golden/attribution/models', `${name}.onnx`)
const idsWhere = (list: readonly { id: string; available: boolean }[], available: boolean) =>
  list.filter((one) => one.available === available).map((one) => one.id)

describe('the report of a model', () => {
  it('says what a convolutional network is and that everything runs', async () => {
    const report = await inspect(golden('densenet'), { threads: 1 }, quiet)
    expect(modelReportSchema.parse(report)).toEqual(report)
    expect(report.layout).toBe('NCHW')
    expect(report.operators.filter(({ rule }) => rule === 'no')).toEqual([])
    expect(report.methods.map(({ id }) => id)).toEqual(methods.map(({ id }) => id))
    expect(idsWhere(report.methods, false)).toEqual(['attention-rollout', 'attention-gradient'])
    expect(report.camLayers.filter(({ isDefault }) => isDefault)).toHaveLength(1)
    expect(report.details?.selfCheck?.passed).toBe(true)
    expect(report.details?.scoreChange).toBeLessThan(1e-5)
    expect(report.details?.parameterCount).toBeGreaterThan(1000)
    expect(report.details?.structure.map(({ what }) => what)).toContain('batch normalisation')
  })

  it('marks relevance through attention as experimental', async () => {
    const report = await inspect(golden('vit'), { threads: 1 }, quiet)
    expect(report.details?.structure.map(({ what }) => what)).toContain('attention')
    expect(report.methods.find(({ id }) => id === 'lrp')?.reason).toMatch(/^Experimental/)
    expect(report.methods.find(({ id }) => id === 'guided-backpropagation')?.reason).toMatch(/no ReLU/)
  })

  it('proves channels last where the graph transposes its input', async () => {
    expect((await inspect(golden('channels-last'), { threads: 1 }, quiet)).layout).toBe('NHWC')
  })

  it('predicts time and memory of what runs, and leaves open what a required array decides', async () => {
    const { methods: list } = await inspect(golden('resnet'), { threads: 1 }, quiet)
    const open = list.filter(({ available, predictedMs }) => available && predictedMs === null)
    expect(open.map(({ id }) => id)).toEqual(['expected-gradients', 'deepshap'])
    for (const { predictedMs, predictedMb } of list.filter((one) => one.predictedMs !== null)) {
      expect(predictedMs).toBeGreaterThan(0)
      expect(predictedMb).toBeGreaterThan(0)
    }
  })

  it.each([
    ['an operator without a rule', () => determinants(16)],
    ['no spatial axes', () => golden('dense')],
  ])('says of each method whether it runs: a network with %s', async (_, make) => {
    const file = make()
    const report = await inspect(file, { threads: 1 }, quiet)
    const opened = await openModel(file, { threads: 1 })
    const dims = [1, ...opened.study.input.itemDims]
    const x = tensor(dims, plausibleInput(dims, 0.4))
    const references = tensor([2, ...dims.slice(1)], plausibleInput([2, ...dims.slice(1)], 1.7))
    const cheap: Readonly<Record<string, Record<string, unknown>>> = {
      rise: { masks: 20 },
      lime: { samples: 40 },
      'expected-gradients': { references, samples: 4 },
      deepshap: { references },
    }
    const found: string[] = []
    for (const { id } of methods) {
      const request = { ...plain, method: id, parameters: cheap[id] ?? {} }
      const ran = await explain(opened, x, request, quiet).then(
        () => true,
        (error: SaliscopeError) => {
          if (/^(attribution|segmentation)\./.test(error.code)) return null // the image, not the model
          return false
        },
      )
      const said = report.methods.find((one) => one.id === id)?.available
      if (ran !== null && ran !== said) found.push(`${id}: said ${said}, ran ${ran}`)
    }
    await opened.close()
    expect(found).toEqual([])
  })

  it('names the node without a rule and leaves the methods that only run the model', async () => {
    const report = await inspect(determinants(4), { threads: 1 }, quiet)
    expect(report.operators.find(({ name }) => name === 'Det')).toMatchObject({ count: 1, rule: 'no' })
    expect(report.details?.withoutRule[0]?.operator).toBe('Det')
    const none = report.methods.filter(({ available }) => !available)
    expect(none.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['gradient', 'grad-cam', 'lrp', 'deeplift', 'smoothgrad', 'xrai']),
    )
    for (const { reason } of none) expect(reason).toMatch(/Det/)
    expect(idsWhere(report.methods, true)).toEqual(expect.arrayContaining(['occlusion', 'rise', 'lime', 'kernel-shap']))
    expect(report.details?.gradientMs).toBeNull()
  })

  it('finds that the graph normalises its input itself', async () => {
    const model = sketch({
      inputs: { x: [1, 1, 6, 6] },
      constants: {
        mean: ['float', [1, 1, 1, 1], [0.5]],
        std: ['float', [1, 1, 1, 1], [0.2]],
        w: ['float', [2, 1, 3, 3], noise([2, 1, 3, 3])],
      },
      nodes: [
        ['Sub', ['x', 'mean'], ['centred']],
        ['Div', ['centred', 'std'], ['scaled']],
        ['Conv', ['scaled', 'w'], ['features']],
        ['GlobalAveragePool', ['features'], ['y']],
      ],
      outputs: ['y'],
    })
    const { details } = await inspect(fileOf(model), { threads: 1 }, quiet)
    expect(details?.structure[0]).toEqual({
      what: 'normalisation of the input',
      count: 2,
      note: 'Sub, Div inside the graph',
    })
  })

  it('reports a file with two inputs and says why no method runs', async () => {
    const model = sketch({
      inputs: { a: [1, 4], b: [1, 4] },
      nodes: [['Add', ['a', 'b'], ['y']]],
      outputs: ['y'],
    })
    const report = await inspect(fileOf(model), { threads: 1 }, quiet)
    expect(report.inputs.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(idsWhere(report.methods, true)).toEqual([])
    expect(report.methods[0].reason).toMatch(/2 inputs/)
  })

  it('notices weights that are not numbers', async () => {
    const model = sketch({
      inputs: { x: [1, 2] },
      constants: { w: ['float', [2, 2], [1, Number.NaN, 0, 1]] },
      nodes: [['MatMul', ['x', 'w'], ['y']]],
      outputs: ['y'],
    })
    const report = await inspect(fileOf(model), { threads: 1 }, quiet)
    expect(report.forwardMs).toBeNull()
    expect(report.warnings.join(' ')).toMatch(/NaN .*in its scores/)
  })

  it('refuses what is no model in one sentence', async () => {
    const file = path.join(folder, 'note.onnx')
    writeFileSync(file, 'this is a note')
    await expect(inspect(file, {}, quiet)).rejects.toThrow(/text file/)
  })
})

const reference = process.env['SALISCOPE_REFERENCE'] ?? '../shared'
const corpus = path.join(reference, 'data', 'onnx')
const corpusFiles = existsSync(corpus)
  ? readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name))
  : []

interface Expected {
  readonly sha256: string
  readonly producer?: string
  readonly nodes?: number
  readonly inputs?: readonly (readonly [string, readonly unknown[], string])[]
}

/** One sentence and what to do: no stack, no line break. */
const isSentence = (text: string) => /^[^\n]+[.]$/.test(text)

describe.skipIf(corpusFiles.length === 0)('the files of the reference data folder (skipped where it is absent)', () => {
  const expected: Record<string, Expected> = corpusFiles.length
    ? JSON.parse(readFileSync(path.join(reference, 'data', 'onnx-expected.json'), 'utf8'))
    : {}

  // The largest of the weightless files would alone take longer than all others; it differs from them in size only.
  it.each(corpusFiles.filter((name) => !name.includes('vgg19')))(
    '%s is reported or refused in a sentence',
    async (name) => {
      const file = path.join(corpus, name)
      const known = expected[`onnx/${name}`]
      let report: Awaited<ReturnType<typeof inspect>>
      try {
        report = await inspect(file, { threads: 2, selfCheckMs: 0 }, quiet)
      } catch (error) {
        expect(error).toBeInstanceOf(SaliscopeError)
        expect((error as Error).message).toSatisfy(isSentence)
        expect(name).toMatch(/noisy_relu|\.ort$|\.out$/)
        return
      }
      if (report.details?.externalData.length === 0) expect(report.sha256).toBe(known.sha256)
      expect(report.operators.reduce((sum, { count }) => sum + count, 0)).toBe(known.nodes)
      expect(report.inputs.map((input) => input.name)).toEqual(known.inputs?.map(([input]) => input))
      expect(report.warnings.filter((warning) => !isSentence(warning))).toEqual([])
      expect(idsWhere(report.methods, true)).toContain('gradient')
      await explainsGradient(file)
    },
  )
})

async function explainsGradient(file: string): Promise<void> {
  const opened = await openModel(file, { threads: 2 })
  try {
    const dims = [1, ...opened.study.input.itemDims]
    const request = { ...plain, method: 'gradient' }
    const { map } = await explain(opened, tensor(dims, plausibleInput(dims)), request, quiet)
    expect(map.dims).toEqual(dims)
    expect(map.data.some((v) => v !== 0)).toBe(true)
    expect(map.data.every(Number.isFinite)).toBe(true)
  } finally {
    await opened.close()
  }
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noise, sketch } from '../../test/fixtures/onnx-sketch.ts'
import {
  type Body,
  cardOf,
  classes,
  classifierFile,
  SIZE,
  SmallProject,
  segmenterFile,
} from '../../test/fixtures/small-project.ts'
import { presets } from '../attribution/presets/registry.ts'
import { int } from '../graph/attributes.ts'
import { writeModel } from '../graph/write.ts'
import type { Job } from '../shared/domain/job.ts'
import type { SaliencyMap } from '../shared/domain/map.ts'
import type { Mask } from '../shared/domain/mask.ts'
import type { StoredMeasurement } from '../shared/domain/measurement.ts'

let small: SmallProject
let films: string[] = []
let classifier = ''
let segmenter = ''
let mask: Mask

const client = () => small.client

const segmentOf = (value: number, name: string) => ({
  ...{ value, name, colour: '#56b4e9', visible: true, locked: false, status: 'completed', notes: '' },
})

/** Two segments: “Lung” at positions 0 and 1 of the first row, “Heart” at the whole last row. */
async function addMask(volumeId: string): Promise<Mask> {
  const segments = [segmentOf(1, 'Lung'), segmentOf(2, 'Heart')]
  const made = await client().send<Mask>('POST', '/api/masks', { volumeId, reader: 'R', segments })
  const voxels = new Uint8Array(SIZE * SIZE)
  voxels.fill(1, 0, 2)
  voxels.fill(2, SIZE * (SIZE - 1))
  const head = Buffer.from(`${JSON.stringify({ box: [0, SIZE, 0, SIZE, 0, 1], sequence: 1 })}\n`)
  await client().sendBytes(`/api/masks/${made.id}/strokes`, new Uint8Array(Buffer.concat([head, voxels])))
  return made
}

beforeAll(async () => {
  small = await SmallProject.make()
  films = [await small.addFilm(1), await small.addFilm(2)]
  classifier = await small.addModel(cardOf('Animals', 'classification'), writeModel(classifierFile()))
  segmenter = await small.addModel(cardOf('Places', 'segmentation'), writeModel(segmenterFile()))
  mask = await addMask(films[0])
})

afterAll(() => small?.close())

const withDefaults = (body: Body): Body => ({ volumeIds: [films[0]], modelId: classifier, ...body })

async function compute(body: Body): Promise<{ job: Job; maps: SaliencyMap[] }> {
  const { job, maps } = await small.compute(withDefaults(body))
  const failed = job.failures.map(({ message }) => message)
  if (job.failed > 0 && job.result?.['withoutMask'] === undefined) throw new Error(failed.join(' '))
  return { job, maps }
}

const estimate = (body: Body) => small.estimate(withDefaults(body))
const refusal = (body: Body) => small.refusal(withDefaults(body))
const valuesOf = (map: SaliencyMap) => small.valuesOf(map)

const gradient = [{ method: 'gradient' }]

describe('several classes in one request', () => {
  it('cost each other nothing where the numbers of one of them grow beyond float32', async () => {
    const overflowing = sketch({
      inputs: { x: ['N', 1, SIZE, SIZE] },
      constants: { w: ['float', [SIZE * SIZE, 1], noise([SIZE * SIZE, 1])], huge: ['float', [1], [1e30]] },
      nodes: [
        ['Flatten', ['x'], ['f']],
        ['MatMul', ['f', 'w'], ['cat']],
        ['Abs', ['cat'], ['size']],
        ['Neg', ['size'], ['below']],
        // Always 0, and its slope 0 meets a gradient of 1e60.
        ['Relu', ['below'], ['nothing']],
        ['Mul', ['nothing', 'huge'], ['once']],
        ['Mul', ['once', 'huge'], ['dog']],
        ['Mul', ['cat', 'cat'], ['bird']],
        ['Concat', ['cat', 'dog', 'bird'], ['y'], { axis: int(1) }],
      ],
      outputs: ['y'],
    })
    const modelId = await small.addModel(cardOf('Overflow', 'classification'), writeModel(overflowing))
    const body = { volumeIds: [films[0]], modelId, targets: classes, methods: [{ method: 'gradient' }] }
    const { job, maps } = await small.compute(body)
    expect(job.failures.map(({ item, code }) => [item, code])).toEqual([
      [expect.stringMatching(/gradient, dog$/), 'inference.not-finite'],
    ])
    expect(maps.map(({ target }) => target.index)).toEqual([0, 2])
  })

  it('give one map each, by index and by name, each class once', async () => {
    const methods = [{ method: 'gradient' }, { method: 'integrated-gradients', parameters: { steps: 4 } }]
    const { job, maps } = await compute({ targets: ['bird', 0, 'cat', 2], methods })
    expect(job.title).toBe('2 methods on 1 image, 4 classes')
    expect(maps.map((map) => [map.method, map.target.index])).toEqual([
      ['gradient', 2],
      ['gradient', 0],
      ['integrated-gradients', 2],
      ['integrated-gradients', 0],
    ])
    expect(new Set(maps.map(({ key }) => key)).size).toBe(4)
  })

  it('are the maps that single requests have the addresses of, within rounding', async () => {
    const { maps } = await compute({
      targets: [0, 1, 2],
      methods: [{ method: 'smoothgrad', parameters: { samples: 3 } }],
    })
    const together = await valuesOf(maps[1])
    const alone = { target: 'dog', methods: [{ method: 'smoothgrad', parameters: { samples: 3 } }] }
    expect((await compute(alone)).job.result).toEqual({ mapKeys: [maps[1].key], cached: 1 })
    await client().send('DELETE', `/api/maps/${maps[1].key}`)
    const again = await compute(alone)
    expect(again.job.result).toEqual({ mapKeys: [maps[1].key], cached: 0 })
    const values = await valuesOf(again.maps[0])
    const largest = Math.max(...values.map(Math.abs))
    expect(Math.max(...values.map((v, i) => Math.abs(v - together[i])))).toBeLessThan(1e-5 * largest)
    expect(again.maps[0].score).toBe(maps[1].score)
  })

  it('cost less than one by one, and only what is missing', async () => {
    const methods = [{ method: 'occlusion', parameters: { window: 4, stride: 4 } }]
    const one = await estimate({ targets: [0], methods, seed: 5 })
    expect(await estimate({ targets: [0, 1, 2], methods, seed: 5 })).toMatchObject({
      items: 3,
      cached: 0,
      forwardPasses: one['forwardPasses'],
    })
    await compute({ targets: [1], methods, seed: 5 })
    expect(await estimate({ targets: [0, 1, 2], methods, seed: 5 })).toMatchObject({ items: 3, cached: 1 })
  })

  it('are refused at once when one is unknown, or when two ways of naming are mixed', async () => {
    expect(await refusal({ targets: ['cat', 'horse'], methods: gradient })).toMatchObject({
      code: 'experiment.target',
      message: expect.stringContaining('“horse”; it has cat, dog, bird'),
    })
    expect(await refusal({ targets: [3], methods: gradient })).toMatchObject({ code: 'experiment.target' })
    expect(await refusal({ target: 0, targets: [1], methods: gradient })).toMatchObject({ code: 'api.invalid' })
  })
})

describe('a preset', () => {
  it('sets parameters behind those given, and stands in the record beside the expanded ones', async () => {
    const { maps } = await compute({
      target: 0,
      preset: 'captum',
      methods: [{ method: 'integrated-gradients' }, { method: 'smoothgrad', parameters: { samples: 2 } }],
    })
    expect(maps[0]).toMatchObject({ preset: 'captum', parameters: { steps: 50, rule: 'gauss-legendre', baseline: 0 } })
    expect(maps[1]).toMatchObject({ preset: 'captum', parameters: { samples: 2, noise: 1, noiseUnit: 'absolute' } })
    const parameters = { steps: 50, rule: 'gauss-legendre', baseline: 0 }
    const spelled = await compute({ target: 0, methods: [{ method: 'integrated-gradients', parameters }] })
    expect(spelled.job.result).toEqual({ mapKeys: [maps[0].key], cached: 1 })
  })

  it('decides which number is explained, unless the request does', async () => {
    const { maps } = await compute({ target: 1, preset: 'paper-c', methods: gradient })
    expect(maps[0].target.output).toBe('probability')
    const own = await compute({ target: 1, preset: 'paper-c', output: 'logit', methods: gradient })
    expect(own.maps[0].target.output).toBe('logit')
  })

  it('is refused by name when it is unknown or does not have the method', async () => {
    expect(await refusal({ preset: 'pear', methods: gradient })).toMatchObject({ code: 'attribution.preset' })
    expect(await refusal({ preset: 'zennit', methods: [{ method: 'rise' }] })).toMatchObject({
      code: 'attribution.preset',
      message: expect.stringContaining('says nothing of rise'),
    })
  })

  it('is told with its source, its parameters and its notes', async () => {
    expect(await client().get('/api/presets')).toEqual(presets)
  })
})

describe('positions of a segmentation model', () => {
  const body = () => ({ modelId: segmenter, target: 'bird', methods: gradient })

  it('cannot be those of a mask that was never saved', async () => {
    expect(await refusal({ ...body(), targetMask: mask.id })).toMatchObject({
      code: 'experiment.target-mask',
      message: expect.stringContaining('no saved version yet'),
    })
    await client().send('POST', `/api/masks/${mask.id}/versions`, { comment: 'drawn' })
  })

  it('are every marked voxel of a stored mask, or one segment of it', async () => {
    const { maps } = await compute({ ...body(), targetMask: mask.id })
    expect(maps[0].target.mask).toEqual({ maskId: mask.id, version: 1, segment: null })
    const all = await valuesOf(maps[0])
    expect(Array.from(all, (v, i) => (v !== 0 ? i : -1)).filter((i) => i >= 0)).toEqual([
      ...[0, 1],
      ...Array.from({ length: SIZE }, (_, i) => SIZE * (SIZE - 1) + i),
    ])
    const lung = await compute({ ...body(), targetMask: { maskId: mask.id, segment: 1 } })
    const own = await valuesOf(lung.maps[0])
    expect(Array.from(own.subarray(0, 4))).toEqual([2, 2, 0, 0])
    expect(own.subarray(4).every((v) => v === 0)).toBe(true)
    expect(lung.maps[0].key).not.toBe(maps[0].key)
    const whole = await compute(body())
    expect(whole.maps[0].target.mask).toBeUndefined()
    expect((await valuesOf(whole.maps[0])).every((v) => v === 2)).toBe(true)
  })

  it('are shared by several classes, and their scores are sums over them', async () => {
    const { maps } = await compute({ ...body(), target: null, targets: classes, targetMask: { maskId: mask.id } })
    const [cat, dog, bird] = maps.map(({ score }) => score ?? Number.NaN)
    const inside = 2 + SIZE
    // Each class is weight · value + bias per position, so two of them give the third.
    const values = (cat - 0.5 * inside) / 0.5
    expect(dog).toBeCloseTo(0.1 * inside - values, 3)
    expect(bird).toBeCloseTo(2 * values - 0.5 * inside, 3)
  })

  it('are those the model gives to the class itself', async () => {
    const { maps } = await compute({ ...body(), targetMask: 'predicted' })
    expect(maps[0].target.mask).toBe('predicted')
    const found = await valuesOf(maps[0])
    expect(new Set(found)).toEqual(new Set([0, 2]))
  })

  it('are those that metrics on the model read the score at', async () => {
    const drop = async (request: Body, metric = 'completeness') => {
      const { maps } = await compute({ ...body(), ...request, methods: [{ method: 'integrated-gradients' }] })
      const metrics = [{ metric }]
      const job = await client().job('/api/measurements', { mapKeys: [maps[0].key], mask: null, metrics })
      expect(job.failures).toEqual([])
      const measured = await client().get<StoredMeasurement[]>(`/api/measurements?mapKey=${maps[0].key}`)
      return measured.find((one) => one.metric === metric)?.value
    }
    // The map adds up to the score's change only where both are about the same positions.
    expect(await drop({ targetMask: mask.id })).toBeCloseTo(0, 3)
    expect(await drop({ targetMask: mask.id }, 'sic')).toBeNull()
    expect(await drop({ targetMask: 'predicted' })).toBeCloseTo(0, 3)
    expect(await drop({})).toBeCloseTo(0, 3)
    const answer = await small.workstation.handler(new Request('http://localhost/api/measurements.csv'))
    const [head, ...lines] = (await answer.text()).trimEnd().split('\n')
    const at = ['target', 'target_name', 'positions'].map((name) => head.split(',').indexOf(name))
    const told = new Set(lines.map((line) => at.map((n) => line.split(',')[n]).join(' | ')))
    expect([...told].sort()).toEqual(
      ['2 | bird | predicted', `2 | bird | mask ${mask.id} version 1 segment all`, '2 | bird | whole'].sort(),
    )
  })

  it('are found by the name of a segment, and images without one are left out in words', async () => {
    const named = { ...body(), volumeIds: films, targetMask: { segmentName: 'Heart' } }
    const { job, maps } = await compute(named)
    expect(maps.map(({ target }) => target.mask)).toEqual([{ maskId: mask.id, version: 1, segment: 2 }])
    expect(job.result).toMatchObject({ withoutMask: [films[1]] })
    expect(job.failures[0]).toMatchObject({ code: 'experiment.target-mask' })
    expect(await estimate(named)).toMatchObject({ items: 1, withoutMask: [{ volumeId: films[1] }] })
    expect(await refusal({ ...named, volumeIds: [films[1]] })).toMatchObject({ code: 'experiment.target-mask' })
  })

  it.each<[string, () => Body, string]>([
    ['of another image', () => ({ volumeIds: [films[1]] }), 'belongs to another image'],
    ['of a model with one score per class', () => ({ modelId: classifier }), 'one score per class for the whole image'],
    ['of a version that is not there', () => ({ targetMask: { maskId: mask.id, version: 7 } }), 'version 7; it has 1'],
    [
      'of a segment that is not there',
      () => ({ targetMask: { maskId: mask.id, segment: 9 } }),
      'segment 9; it has 1, 2',
    ],
  ])('are refused %s', async (_what, change, message) => {
    expect(await refusal({ ...body(), targetMask: mask.id, ...change() })).toMatchObject({
      code: 'experiment.target-mask',
      message: expect.stringContaining(message),
    })
  })

  it('of a mask that is not in the project are not found', async () => {
    expect(await refusal({ ...body(), targetMask: 'mask-none' })).toMatchObject({ code: 'project.not-found' })
  })
})

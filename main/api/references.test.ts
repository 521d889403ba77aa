import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Body, cardOf, classifierFile, SmallProject, segmenterFile } from '../../test/fixtures/small-project.ts'
import { writeModel } from '../graph/write.ts'
import type { SaliencyMap } from '../shared/domain/map.ts'
import type { Volume } from '../shared/domain/study.ts'

let small: SmallProject
/** The first is explained, the others are references. */
let films: string[] = []
let volumes: Volume[] = []
let classifier = ''
let linear = ''

beforeAll(async () => {
  small = await SmallProject.make()
  films = []
  for (const n of [1, 2, 3]) films.push(await small.addFilm(n))
  volumes = await Promise.all(films.map((id) => small.client.get<Volume>(`/api/volumes/${id}`)))
  classifier = await small.addModel(cardOf('Animals', 'classification'), writeModel(classifierFile()))
  linear = await small.addModel(cardOf('Places', 'segmentation'), writeModel(segmenterFile()))
  for (const { studyId } of volumes.slice(1))
    await small.client.send('PATCH', `/api/studies/${studyId}`, { split: 'train' })
})

afterAll(() => small?.close())

const body = (more: Body = {}): Body => ({
  volumeIds: [films[0]],
  modelId: classifier,
  target: 'bird',
  references: { volumeIds: films.slice(1) },
  methods: [{ method: 'deepshap' }],
  ...more,
})

async function compute(more: Body = {}): Promise<SaliencyMap[]> {
  const { job, maps } = await small.compute(body(more))
  if (job.failed > 0) throw new Error(job.failures.map(({ message }) => message).join(' '))
  return maps
}

const codeOf = async (film: number): Promise<string> => {
  const { study } = await small.client.get<{ study: { code: string } }>(`/api/studies/${volumes[film].studyId}`)
  return study.code
}

describe('reference cases of the project', () => {
  it('go through the card as the explained image does, and are averaged over', async () => {
    const methods = [{ method: 'deepshap' }, { method: 'expected-gradients', parameters: { samples: 8 } }]
    const maps = await compute({ modelId: linear, methods })
    // A linear score: input × gradient is weight × value, so the map is that of the image less the mean of those of the references.
    const alone = { modelId: linear, methods: [{ method: 'input-x-gradient' }], references: null }
    const products = await compute({ ...alone, volumeIds: films })
    const [own, first, second] = await Promise.all(products.map((map) => small.valuesOf(map)))
    const wanted = own.map((v, i) => v - (first[i] + second[i]) / 2)
    for (const map of maps) {
      const found = await small.valuesOf(map)
      expect(Math.max(...found.map((v, i) => Math.abs(v - wanted[i])))).toBeLessThan(1e-5)
    }
  })

  it('stand in the record with their digests, in their order', async () => {
    const [map] = await compute()
    const expected = await Promise.all(
      [1, 2].map(async (n) => ({
        ...{ volumeId: films[n], code: await codeOf(n), name: volumes[n].name, split: 'train' },
        sha256: volumes[n].sha256,
      })),
    )
    expect(map.references).toEqual(expected)
    expect(map.parameters['references']).toEqual({ array: [2, 1, 12, 12] })
    expect(map.warnings.filter((warning) => warning.includes('reference'))).toEqual([])
    expect(map.check).toMatchObject({ kind: 'completeness' })
  })

  it('are told by the table of measurements, with the layer and parameters of the map', async () => {
    const [map] = await compute()
    const request = { mapKeys: [map.key], mask: null, metrics: [{ metric: 'completeness' }] }
    expect((await small.client.job('/api/measurements', request)).failures).toEqual([])
    const url = `http://localhost/api/measurements.csv?mapKey=${map.key}`
    const table = await (await small.workstation.handler(new Request(url))).text()
    expect(table).toContain(`"${map.references?.map(({ code, name }) => `${code}, ${name}`).join('; ')}"`)
    expect(table).toContain('""references"":{""array"":[2,1,12,12]}')
  })

  it('are part of the address: which, and in which order', async () => {
    const [both] = await compute()
    expect((await small.compute(body())).job.result).toEqual({ mapKeys: [both.key], cached: 1 })
    const [turned] = await compute({ references: { volumeIds: [films[2], films[1]] } })
    const [one] = await compute({ references: { volumeIds: [films[1]] } })
    expect(new Set([both.key, turned.key, one.key]).size).toBe(3)
  })

  it('leave the addresses of methods without references as they are', async () => {
    const alone = { references: null, methods: [{ method: 'gradient' }] }
    const [plain] = await compute(alone)
    const maps = await compute({ methods: [{ method: 'gradient' }, { method: 'deepshap' }] })
    expect(maps[0].key).toBe(plain.key)
    expect(maps[0].references).toBeUndefined()
  })

  it('reach the method that another one wraps', async () => {
    const wrapped = { method: 'smoothgrad', parameters: { of: 'deepshap', samples: 2, noise: 0 } }
    const [map] = await compute({ methods: [wrapped] })
    expect(map.references).toHaveLength(2)
    const [deepshap] = await compute()
    const [found, wanted] = [await small.valuesOf(map), await small.valuesOf(deepshap)]
    expect(Math.max(...found.map((v, i) => Math.abs(v - wanted[i])))).toBeLessThan(1e-6)
    const [other] = await compute({ methods: [wrapped], references: { volumeIds: [films[1]] } })
    expect(other.key).not.toBe(map.key)
  })

  it('serve several classes and images in one run', async () => {
    const maps = await compute({ volumeIds: films.slice(0, 2), target: null, targets: [0, 2] })
    expect(maps.map(({ target, references }) => [target.index, references?.length])).toEqual([
      ...[[0, 2] as const, [2, 2] as const],
      ...[[0, 2] as const, [2, 2] as const],
    ])
    const own = (map: SaliencyMap) => map.warnings.filter((warning) => warning.includes('among its own references'))
    expect(maps.map((map) => own(map).length)).toEqual([0, 0, 1, 1])
  })

  it('are paid for in the estimate', async () => {
    const passes = async (more: Body) => Number((await small.estimate(body(more)))['forwardPasses'])
    const fresh = { seed: 99 }
    const one = await passes({ ...fresh, references: { volumeIds: [films[1]] } })
    expect(await passes(fresh)).toBe(2 * one)
  })

  it('that are never drawn are told of in the record', async () => {
    const warned = async (parameters: Body, method = 'expected-gradients') => {
      const [map] = await compute({ methods: [{ method, parameters }] })
      return map.warnings.filter((warning) => warning.includes('were drawn'))
    }
    const one = ['Only 1 of 2 reference cases were drawn, one for each sample; raise samples to at least 2.']
    expect(await warned({ samples: 1 })).toEqual(one)
    expect(await warned({ samples: 2 })).toEqual([])
    const wrapped = { of: 'expected-gradients', samples: 1, noise: 0 }
    expect(await warned({ ...wrapped, 'of.samples': 1 }, 'smoothgrad')).toEqual(one)
    expect(await warned(wrapped, 'smoothgrad')).toEqual([])
  })

  it('of unknown or other roles are told of in the record', async () => {
    await small.client.send('PATCH', `/api/studies/${volumes[2].studyId}`, { split: 'test' })
    const [map] = await compute({ references: { volumeIds: films } })
    expect(map.warnings).toEqual(
      expect.arrayContaining([
        'The item is among its own references: the difference to itself is zero and weakens the map.',
        `1 of 3 reference cases is from the validation or test split: ${await codeOf(2)}. References should come from training data only.`,
        `1 of 3 reference cases is not marked as training data: ${await codeOf(0)}. References should come from training data only.`,
      ]),
    )
    await small.client.send('PATCH', `/api/studies/${volumes[2].studyId}`, { split: 'train' })
  })
})

describe('reference cases are refused', () => {
  it.each<[string, () => Body, string]>([
    [
      'when none are named',
      () => ({ references: null }),
      'DeepSHAP explains against reference cases, and none are named',
    ],
    [
      'when no method takes them',
      () => ({ methods: [{ method: 'gradient' }] }),
      'None of the methods takes reference cases: gradient',
    ],
  ])('at once %s', async (_what, change, message) => {
    expect(await small.refusal(body(change()))).toMatchObject({
      code: 'experiment.references',
      message: expect.stringContaining(message),
    })
  })

  it('when one is named twice, is not there, or an array is given in their place', async () => {
    const twice = { references: { volumeIds: [films[1], films[1]] } }
    expect(await small.refusal(body(twice))).toMatchObject({ code: 'api.invalid' })
    expect(await small.refusal(body({ references: { volumeIds: ['none'] } }))).toMatchObject({
      code: 'project.not-found',
    })
    const array = { references: null, methods: [{ method: 'deepshap', parameters: { references: [1, 2] } }] }
    expect(await small.refusal(body(array))).toMatchObject({ code: 'experiment.references' })
  })

  it('when one is many inputs to the model, by its name', async () => {
    const scan = await small.addScan(7, 3)
    const slices = await small.addModel(
      cardOf('Slices', 'classification', { slices: 'all' }),
      writeModel(classifierFile(0.2)),
    )
    expect(await small.refusal(body({ modelId: slices, references: { volumeIds: [scan] } }))).toMatchObject({
      code: 'experiment.references',
      message: expect.stringMatching(/“.+, Axial.*” has 3 slices, which “Slices” takes one by one/),
    })
  })

  it('when one is a single slice and the model takes volumes', async () => {
    const volume = { layout: 'NCDHW', size: [4, 12, 12] }
    const deep = await small.addModel(cardOf('Volumes', 'classification', volume), writeModel(classifierFile(0.4)))
    expect(await small.refusal(body({ modelId: deep }))).toMatchObject({
      code: 'experiment.references',
      message: expect.stringMatching(/“.+, PA” is a single slice, and “Volumes” takes volumes/),
    })
  })

  it('when together they are larger than a process is given', async () => {
    const large = { size: [8192, 8192] }
    const model = await small.addModel(cardOf('Large', 'classification', large), writeModel(classifierFile(0.5)))
    expect(await small.refusal(body({ modelId: model, references: { volumeIds: films } }))).toMatchObject({
      code: 'experiment.references',
      message: '3 reference cases take 768 MB as inputs of “Large”; 512 MB is the most. Choose at most 2.',
    })
  })

  it('when one cannot be laid onto the card, and other methods go on', async () => {
    const picture = await small.addPicture('no-scale')
    const input = { fit: 'crop-or-pad', spacingMm: [1, 1] }
    const scaled = await small.addModel(cardOf('Scaled', 'classification', input), writeModel(classifierFile(0.3)))
    const { job, maps } = await small.compute(
      body({
        modelId: scaled,
        references: { volumeIds: [films[1], picture] },
        methods: [{ method: 'deepshap' }, { method: 'gradient' }],
      }),
    )
    expect(maps.map(({ method }) => method)).toEqual(['gradient'])
    expect(job.failures).toEqual([
      {
        item: expect.stringContaining('deepshap'),
        code: 'experiment.references',
        message: expect.stringMatching(/^The reference case “.+, OT” cannot be used: The card asks for a spacing/),
      },
    ])
  })
})

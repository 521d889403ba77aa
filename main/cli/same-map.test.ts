import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCase } from '../experiment/demo/cases.ts'
import { Client } from '../experiment/demo/client.ts'
import { filmGrid } from '../experiment/demo/grids.ts'
import { createWorkstation, type Workstation } from '../host/workstation.ts'
import { writeDicomSeries } from '../imaging/dicom/write-series.ts'
import type { ScanReport } from '../shared/domain/import.ts'
import type { SaliencyMap } from '../shared/domain/map.ts'
import type { Mask } from '../shared/domain/mask.ts'
import { readTensor, writeTensor } from '../tensor/npy.ts'
import { tensor } from '../tensor/tensor.ts'
import type { Io } from './command.ts'
import { main } from './main.ts'

const models = path.resolve(import.meta.dirname, '../../resources/demo/models')
type Asked = { method: string; parameters: Record<string, string | number> }
const methods: readonly Asked[] = [
  { method: 'gradient', parameters: {} },
  { method: 'integrated-gradients', parameters: { steps: 12 } },
  { method: 'smoothgrad', parameters: { samples: 6 } },
  { method: 'grad-cam', parameters: {} },
  { method: 'lrp', parameters: {} },
  { method: 'rise', parameters: { masks: 40 } },
]
/** The published settings of captum; a parameter given beside them goes before it. */
const presetMethods: readonly Asked[] = [
  { method: 'integrated-gradients', parameters: {} },
  { method: 'smoothgrad', parameters: { samples: 3 } },
  { method: 'grad-cam', parameters: {} },
]
const run = { signal: new AbortController().signal, progress() {} }

let root = ''
let workstation: Workstation
let maps: SaliencyMap[] = []
let volumeIds: string[] = []
const client = () => new Client(workstation.handler, run)

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'saliscope-same-map-'))
  await mkdir(path.join(root, 'film'))
  const film = makeCase('demo', 3)
  await writeDicomSeries(
    path.join(root, 'film'),
    { grid: filmGrid(film.size, film.spacingMm), voxels: film.pixels },
    {
      modality: 'DX',
      patientId: 'P',
      patientName: 'P',
      studyKey: 'same map',
      seriesKey: 'film',
      studyDate: '20210304',
      studyDescription: 'Chest',
      seriesDescription: 'PA',
      bitsStored: 12,
      windows: [{ width: 4096, level: 2048, name: 'Full' }],
      bodyPart: 'CHEST',
    },
  )
  workstation = createWorkstation({ shell: 'host', dataFolder: path.join(root, 'state'), roots: 'all' })
  await client().send('POST', '/api/projects', { target: path.join(root, 'study.saliscope'), name: 'Same map' })
  const scan = await client().job('/api/import/scans', { sources: [path.join(root, 'film')] })
  const report = await client().get<ScanReport>(`/api/import/scans/${String(scan.result?.['scanId'])}`)
  const keys = report.series.map(({ key }) => key)
  const imported = await client().job(`/api/import/scans/${report.id}/accept`, { keys })
  volumeIds = imported.result?.['volumeIds'] as string[]
  maps = await computed('densenet-a', { methods })
})

/** Maps of one of the demo's networks, made through the API. */
async function computed(name: string, request: Record<string, unknown>): Promise<SaliencyMap[]> {
  const card: unknown = JSON.parse(await readFile(path.join(models, `${name}.card.json`), 'utf8'))
  const added = await client().job('/api/models', { source: path.join(models, `${name}.onnx`), card })
  const body = { volumeIds, modelId: added.result?.['modelId'], target: 0, seed: 7, ...request }
  const job = await client().job('/api/maps/compute', body)
  if (job.failed > 0) throw new Error(JSON.stringify(job.failures))
  const keys = job.result?.['mapKeys'] as string[]
  return Promise.all(keys.map((key) => client().get<SaliencyMap>(`/api/maps/${key}`)))
}

afterAll(async () => {
  await workstation?.close()
  await rm(root, { recursive: true, force: true })
})

/** The bytes of a map made by the command line. */
async function onCommandLine(
  name: string,
  { method, parameters }: Asked,
  more: readonly string[] = [],
  warnings: readonly string[] = [],
): Promise<Buffer> {
  const output = path.join(root, 'map.npy')
  const said: string[] = []
  const io: Io = { out: () => {}, err: (text) => said.push(text), interactive: false, signal: run.signal }
  const set = Object.entries({ ...parameters, seed: 7 }).flatMap(([key, value]) => ['--set', `${key}=${value}`])
  const input = ['--input', path.join(root, 'film'), '--method', method, '--target', '0', '--output', output]
  const status = await main(['explain', path.join(models, `${name}.onnx`), ...input, ...set, ...more], io)
  expect(said).toEqual(warnings.map((warning) => `saliscope: ${warning}`))
  expect(status).toBe(0)
  const { data } = readTensor(await readFile(output))
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
}

async function stored(map: SaliencyMap | undefined): Promise<Buffer> {
  const route = `http://saliscope.invalid/api/maps/${map?.key}/values?merge=raw`
  return Buffer.from(await (await workstation.handler(new Request(route))).arrayBuffer())
}

describe('a map computed through the API equals the command line’s, bit for bit', () => {
  for (const asked of methods)
    it(asked.method, async () => {
      const own = await onCommandLine('densenet-a', asked)
      const other = await stored(maps.find((one) => one.method === asked.method))
      expect(other.length).toBe(own.length)
      expect(other.equals(own)).toBe(true)
    })

  it('with a preset', async () => {
    const made = await computed('densenet-a', { preset: 'captum', methods: presetMethods })
    for (const [n, asked] of presetMethods.entries()) {
      expect(made[n].preset).toBe('captum')
      const own = await onCommandLine('densenet-a', asked, ['--preset', 'captum'])
      expect((await stored(made[n])).equals(own)).toBe(true)
    }
  })

  it('on the mask of a segmentation model', async () => {
    const asked = { method: 'gradient', parameters: {} }
    const [made] = await computed('unet', { targetMask: (await drawn()).id, methods: [asked] })
    const mask = ['--set', `mask=@${path.join(root, 'mask.npy')}`]
    const own = await onCommandLine('unet', asked, mask, made.warnings)
    expect((await stored(made)).equals(own)).toBe(true)
    const [whole] = await computed('unet', { methods: [asked] })
    expect((await stored(whole)).equals(own)).toBe(false)
  })
})

/** A saved mask of the film, and beside it the same as the weights of the model's 128² positions. */
async function drawn(): Promise<Mask> {
  const { size } = makeCase('demo', 3)
  const isInside = (x: number, y: number) => (x - 0.6) ** 2 + (y - 0.4) ** 2 < 0.03
  const voxels = Uint8Array.from({ length: size * size }, (_, q) =>
    Number(isInside(((q % size) + 0.5) / size, (Math.floor(q / size) + 0.5) / size)),
  )
  const segment = {
    value: 1,
    name: 'A',
    colour: '#56b4e9',
    visible: true,
    locked: false,
    status: 'completed',
    notes: '',
  }
  const mask = await client().send<Mask>('POST', '/api/masks', {
    volumeId: volumeIds[0],
    reader: 'R',
    segments: [segment],
  })
  const head = Buffer.from(`${JSON.stringify({ box: [0, size, 0, size, 0, 1], sequence: 1 })}\n`)
  await client().sendBytes(`/api/masks/${mask.id}/strokes`, new Uint8Array(Buffer.concat([head, voxels])))
  await client().send('POST', `/api/masks/${mask.id}/versions`, { comment: 'drawn' })
  const weights = tensor([128, 128])
  for (let q = 0; q < weights.data.length; q++) {
    // The voxel that holds the centre of the model's position.
    const at = (index: number) => Math.floor((index + 0.5) * (size / 128))
    weights.data[q] = voxels[at(q % 128) + size * at(Math.floor(q / 128))]
  }
  await writeFile(path.join(root, 'mask.npy'), writeTensor(weights))
  return mask
}

import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
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
import { readTensor } from '../tensor/npy.ts'
import type { Io } from './command.ts'
import { main } from './main.ts'

const models = path.resolve(import.meta.dirname, '../../resources/demo/models')
const methods: readonly { method: string; parameters: Record<string, string | number> }[] = [
  { method: 'gradient', parameters: {} },
  { method: 'integrated-gradients', parameters: { steps: 12 } },
  { method: 'smoothgrad', parameters: { samples: 6 } },
  { method: 'grad-cam', parameters: {} },
  { method: 'lrp', parameters: {} },
  { method: 'rise', parameters: { masks: 40 } },
]
const run = { signal: new AbortController().signal, progress() {} }

let root = ''
let workstation: Workstation
let maps: SaliencyMap[] = []
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
  const card: unknown = JSON.parse(await readFile(path.join(models, 'densenet-a.card.json'), 'utf8'))
  const added = await client().job('/api/models', { source: path.join(models, 'densenet-a.onnx'), card })
  const request = { volumeIds: imported.result?.['volumeIds'], modelId: added.result?.['modelId'], target: 0, seed: 7 }
  const job = await client().job('/api/maps/compute', { ...request, methods })
  if (job.failed > 0) throw new Error(JSON.stringify(job.failures))
  maps = await client().get<SaliencyMap[]>('/api/maps')
})

afterAll(async () => {
  await workstation?.close()
  await rm(root, { recursive: true, force: true })
})

describe('a map computed through the API equals the command line’s, bit for bit', () => {
  for (const { method, parameters } of methods)
    it(method, async () => {
      const output = path.join(root, `${method}.npy`)
      const said: string[] = []
      const io: Io = { out: () => {}, err: (text) => said.push(text), interactive: false, signal: run.signal }
      const set = Object.entries({ ...parameters, seed: 7 }).flatMap(([name, value]) => ['--set', `${name}=${value}`])
      const input = ['--input', path.join(root, 'film'), '--method', method, '--target', '0', '--output', output]
      const status = await main(['explain', path.join(models, 'densenet-a.onnx'), ...input, ...set], io)
      expect(said).toEqual([])
      expect(status).toBe(0)
      const own = readTensor(await readFile(output)).data
      const map = maps.find((one) => one.method === method)
      const response = await workstation.handler(
        new Request(`http://saliscope.invalid/api/maps/${map?.key}/values?merge=raw`),
      )
      const stored = new Float32Array(await response.arrayBuffer())
      expect(stored.length).toBe(own.length)
      expect(Buffer.from(stored.buffer).equals(Buffer.from(own.buffer, own.byteOffset, own.byteLength))).toBe(true)
    })
})

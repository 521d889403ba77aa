import path from 'node:path'
import { writeDicomSeries } from '../../imaging/dicom/write-series.ts'
import type { ScanReport } from '../../shared/domain/import.ts'
import type { Mask, Segment } from '../../shared/domain/mask.ts'
import type { Split, WorklistRow } from '../../shared/domain/study.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import type { Run } from '../../shared/run.ts'
import { makeCase, makeCtCase } from './cases.ts'
import type { Client } from './client.ts'
import { filmGrid, scanGrid } from './grids.ts'
import type { DemoCase } from './plan.ts'

export const truthReader = 'Phantom truth'
export const noduleSegment = 1
export const markerSegment = 2

const segments: readonly Segment[] = [
  {
    value: noduleSegment,
    name: 'Nodule',
    colour: '#56b4e9',
    visible: true,
    locked: true,
    status: 'completed',
    notes: '',
  },
  {
    value: markerSegment,
    name: 'Side marker',
    colour: '#f5428d',
    visible: true,
    locked: true,
    status: 'completed',
    notes: '',
  },
]

/** A drawn case: what its DICOM files hold and what is true about it. */
interface Drawn {
  readonly dims: readonly [number, number, number]
  /** Label volume: 0, nodule or marker. */
  readonly truth: Uint8Array
  readonly group: string
  readonly split: Split
}

/** A study of the demo as it stands in the project. */
export interface DemoStudy {
  readonly code: string
  readonly volumeId: string
  readonly maskId: string
  readonly version: number
  /** Segments that have voxels. */
  readonly has: { readonly nodule: boolean; readonly marker: boolean }
}

/**
 * Makes sure that every demo case is in the project: draws it, writes it as DICOM into `folder`, imports it through the routes every study
 * takes, and stores its truth as a mask. A study gets its code last, so one that has it is complete and is left alone.
 */
export async function ensureStudies(
  client: Client,
  folder: string,
  cases: readonly DemoCase[],
  run: Run,
): Promise<DemoStudy[]> {
  const present = new Set((await client.get<WorklistRow[]>('/api/studies')).map((row) => row.code))
  const missing = cases.filter(({ code }) => !present.has(code))
  if (missing.length > 0) await importCases(client, folder, missing, run)
  return findStudies(client, cases)
}

/** The studies of `cases` with their truth, in that order; those not in the project are left out. */
export async function findStudies(client: Client, cases: readonly DemoCase[]): Promise<DemoStudy[]> {
  const rows = new Map((await client.get<WorklistRow[]>('/api/studies')).map((row) => [row.code, row]))
  const found: DemoStudy[] = []
  for (const { code } of cases) {
    const volumeId = rows.get(code)?.volumes[0]?.id
    if (volumeId === undefined) continue
    const mask = (await client.get<Mask[]>(`/api/masks?volumeId=${volumeId}`)).find(
      ({ reader }) => reader === truthReader,
    )
    const version = mask?.versions.at(-1)
    if (mask === undefined || version === undefined) continue
    const has = (segment: number) => (version.counts[String(segment)] ?? 0) > 0
    found.push({
      code,
      volumeId,
      maskId: mask.id,
      version: version.version,
      has: { nodule: has(noduleSegment), marker: has(markerSegment) },
    })
  }
  return found
}

async function importCases(client: Client, folder: string, cases: readonly DemoCase[], run: Run): Promise<void> {
  const drawn = new Map<string, Drawn>()
  for (const [n, one] of cases.entries()) {
    run.signal.throwIfAborted()
    run.progress(n, cases.length, `Drawing ${one.code}`)
    drawn.set(one.code, await draw(path.join(folder, one.code), one))
  }
  const scan = await client.job('/api/import/scans', { sources: [folder] })
  const report = await client.get<ScanReport>(`/api/import/scans/${String(scan.result?.['scanId'])}`)
  const keyOf = (code: string) =>
    report.series.find(({ files }) => files.some((file) => file.split(/[\\/]/).includes(code)))?.key
  for (const [n, { code }] of cases.entries()) {
    run.progress(n, cases.length, `Importing ${code}`)
    const key = keyOf(code)
    const what = drawn.get(code)
    if (key === undefined || what === undefined)
      throw new SaliscopeError(
        'experiment.demo-import',
        `The demo's phantom ${code} was written but not found by the scan of ${folder}.`,
      )
    const job = await client.job(`/api/import/scans/${report.id}/accept`, {
      keys: [key],
      deidentify: true,
      group: what.group,
      split: what.split,
    })
    const [volumeId] = (job.result?.['volumeIds'] ?? []) as string[]
    if (volumeId === undefined || job.failed > 0)
      throw new SaliscopeError(
        'experiment.demo-import',
        `The demo's phantom ${code} could not be imported: ${job.failures[0]?.message ?? 'no reason was given'}`,
      )
    await addTruth(client, volumeId, what)
    const { studyId } = await client.get<{ studyId: string }>(`/api/volumes/${volumeId}`)
    await client.send('PATCH', `/api/studies/${studyId}`, { code })
  }
}

async function addTruth(client: Client, volumeId: string, drawn: Drawn): Promise<void> {
  const there = (await client.get<Mask[]>(`/api/masks?volumeId=${volumeId}`)).find(
    ({ reader }) => reader === truthReader,
  )
  if (there && there.versions.length > 0) return
  const mask = there ?? (await client.send<Mask>('POST', '/api/masks', { volumeId, reader: truthReader, segments }))
  if (there === undefined || there.pendingStrokes === 0) {
    const [ni, nj, nk] = drawn.dims
    const header = new TextEncoder().encode(`${JSON.stringify({ box: [0, ni, 0, nj, 0, nk], sequence: 1 })}\n`)
    const body = new Uint8Array(header.length + drawn.truth.length)
    body.set(header)
    body.set(drawn.truth, header.length)
    await client.sendBytes(`/api/masks/${mask.id}/strokes`, body)
  }
  await client.send('POST', `/api/masks/${mask.id}/versions`, {
    comment: 'Exact by construction: the voxels the phantom drew.',
  })
}

async function draw(folder: string, one: DemoCase): Promise<Drawn> {
  const meta = {
    patientId: `PHANTOM-${one.code}`,
    patientName: `Phantom^${one.code}`,
    studyKey: `saliscope demo ${one.code}`,
    seriesKey: one.kind,
    studyDate: '20200101',
    bodyPart: 'CHEST',
  }
  if (one.kind !== 'scan') {
    const film = makeCase(one.kind === 'film' ? 'demo' : 'honest', one.caseNumber)
    await writeDicomSeries(
      folder,
      { grid: filmGrid(film.size, film.spacingMm), voxels: film.pixels },
      {
        ...meta,
        modality: 'DX',
        studyDescription: 'Chest radiograph (phantom)',
        seriesDescription: 'Chest PA',
        viewPosition: 'PA',
        bitsStored: 12,
        windows: [{ width: 4096, level: 2048, name: 'Full' }],
      },
    )
    const truth = film.noduleMask.map((inside, i) => (inside ? noduleSegment : film.markerMask[i] ? markerSegment : 0))
    const shown = [film.nodules.length > 0 ? 'nodule' : '', film.marker ? 'marker' : ''].filter((word) => word !== '')
    const split = one.kind === 'film' ? 'test' : 'train'
    return { dims: [film.size, film.size, 1], truth, group: shown.join(' and ') || 'healthy', split }
  }
  const scan = makeCtCase('ct-demo', one.caseNumber)
  await writeDicomSeries(
    folder,
    { grid: scanGrid(scan.dims, scan.spacingMm), voxels: scan.hu },
    {
      ...meta,
      modality: 'CT',
      studyDescription: 'Chest CT (phantom)',
      seriesDescription: 'Chest, 2 mm',
      windows: [
        { width: 1400, level: -500, name: 'Lung' },
        { width: 400, level: 40, name: 'Soft tissue' },
      ],
    },
  )
  return {
    dims: scan.dims,
    truth: scan.noduleMask.map((inside) => (inside ? noduleSegment : 0)),
    group: scan.nodules.length > 0 ? 'nodule' : 'healthy',
    split: 'test',
  }
}

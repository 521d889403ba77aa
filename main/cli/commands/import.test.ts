import { existsSync } from 'node:fs'
import { appendFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWorkstation } from '../../host/workstation.ts'
import { writeDicomSeries } from '../../imaging/dicom/write-series.ts'
import { encodePng } from '../../imaging/pictures/png.ts'
import type { Grid } from '../../shared/domain/geometry.ts'
import type { ScanReport } from '../../shared/domain/import.ts'
import type { Job } from '../../shared/domain/job.ts'
import type { Io } from '../command.ts'
import { main } from '../main.ts'

let root = ''
const told: string[] = []
const io: Io = {
  out: (text) => told.push(text),
  err: (text) => told.push(text),
  interactive: false,
  signal: new AbortController().signal,
}
const project = (): string => path.join(root, 'study.saliscope')
/** Runs `saliscope import` and answers the exit status and what it printed. */
async function runImport(...words: string[]): Promise<{ status: number; text: string }> {
  told.length = 0
  const status = await main(['import', ...words], io)
  return { status, text: told.join('\n') }
}

const grid: Grid = {
  dims: [16, 16, 5],
  affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1],
  physical: true,
  oriented: true,
}
const identity = {
  patientId: 'MRN-4711-0815',
  patientName: 'Mustermann^Erika',
  patientBirthDate: '19640812',
  studyDate: '20210304',
  studyDescription: 'Chest CT Dr Allwissend',
  seriesDescription: 'Chest Mustermann',
}

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'saliscope-import-'))
  process.env['SALISCOPE_DATA'] = path.join(root, 'data')
  const voxels = Int16Array.from({ length: 16 * 16 * 5 }, (_, n) => n)
  for (const part of ['first', 'second'])
    await writeDicomSeries(
      path.join(root, 'Mustermann', part),
      { grid, voxels },
      {
        ...identity,
        modality: 'CT',
        studyKey: `import ${part}`,
        seriesKey: 'ct',
      },
    )
  // A tail that is no element makes a finding, and findings name files.
  const named = path.join(root, 'Mustermann/first/Mustermann.dcm')
  await rename(path.join(root, 'Mustermann/first/0003.dcm'), named)
  await appendFile(named, 'this is no element at all')
  const picture = Uint16Array.from({ length: 64 }, (_, n) => n * 900)
  await writeFile(path.join(root, 'Mustermann/film.png'), encodePng(picture, 8, 8, 1))
  await writeFile(path.join(root, 'Mustermann/page.dcm'), '<!doctype html><html><body>moved</body></html>')
  await writeFile(path.join(root, 'Mustermann/cut.dcm'), Buffer.alloc(132))
})
afterAll(async () => {
  delete process.env['SALISCOPE_DATA']
  await rm(root, { recursive: true, force: true })
})

describe('an import through the API', () => {
  it('stops when asked to, leaves nothing half done, and goes on when accepted again', async () => {
    const dataFolder = path.join(root, 'api')
    await mkdir(dataFolder)
    const { handler, close } = createWorkstation({ shell: 'host', dataFolder, roots: 'all', log: () => {} })
    const ask = async <T>(method: string, route: string, body?: unknown): Promise<T> => {
      const headers = { 'Content-Type': 'application/json' }
      const init = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) }
      const response = await handler(new Request(`http://127.0.0.1${route}`, init))
      const text = await response.text()
      return (text === '' ? null : JSON.parse(text)) as T
    }
    const ended = async (id: string): Promise<Job> => {
      for (;;) {
        const job = await ask<Job>('GET', `/api/jobs/${id}`)
        if (!['waiting', 'running'].includes(job.state)) return job
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    const start = async (route: string, body: unknown) => (await ask<{ jobId: string }>('POST', route, body)).jobId
    try {
      await ask('POST', '/api/projects', { target: path.join(root, 'api.saliscope'), name: 'api' })
      const scanned = await ended(await start('/api/import/scans', { sources: [path.join(root, 'Mustermann')] }))
      const report = await ask<ScanReport>('GET', `/api/import/scans/${String(scanned.result?.['scanId'])}`)
      const accept = { keys: report.series.map(({ key }) => key) }
      const stopped = await start(`/api/import/scans/${report.id}/accept`, accept)
      await ask('DELETE', `/api/jobs/${stopped}`)
      expect((await ended(stopped)).state).toBe('cancelled')
      const before = await ask<unknown[]>('GET', '/api/studies')
      expect(before.length).toBeLessThan(3)
      const again = await ended(await start(`/api/import/scans/${report.id}/accept`, accept))
      expect([again.state, again.failures]).toEqual(['done', []])
      expect(await ask<unknown[]>('GET', '/api/studies')).toHaveLength(3)
    } finally {
      await close()
    }
  })
})

describe('saliscope import', () => {
  it('imports what can be read and tells what was left out and why', async () => {
    const { status, text } = await runImport(project(), path.join(root, 'Mustermann'))
    expect(status).toBe(0)
    expect(text).toContain('16 × 16 × 5  5 files')
    expect(text).toMatch(/skipped 1: .*a web page/i)
    expect(text).toMatch(/3 series imported, 0 already here, 2 of 13 files skipped/)
  })

  it('leaves no name, number, date or free text of the patient in the project, nor the folder', async () => {
    const bytes = (await readFile(project())).toString('latin1')
    for (const secret of ['Mustermann', 'Erika', 'MRN-4711', '19640812', '20210304', '2021-03-04', 'Allwissend'])
      expect(bytes.includes(secret), secret).toBe(false)
    expect(bytes).toContain('What follows its pixels is damaged and was ignored.')
  })

  it('gives both studies of one patient one pseudonym, and doubles nothing when asked again', async () => {
    const { text } = await runImport(project(), path.join(root, 'Mustermann'), '--json')
    const answer = JSON.parse(text) as { imported: number; series: { alreadyHere: boolean }[] }
    expect(answer.imported).toBe(0)
    expect(answer.series.every(({ alreadyHere }) => alreadyHere)).toBe(true)
    const codes = (await readFile(project())).toString('latin1').match(/P-[2-9A-HJ-NP-Z]{6}/g)
    // Two patients: the named one, and the picture that has no name.
    expect(new Set(codes).size).toBe(2)
  })

  it('looks without importing, and says which path is wrong', async () => {
    const dry = await runImport(project(), path.join(root, 'Mustermann/first'), '--dry-run')
    expect(dry.text).toContain('0 series could be imported, 1 already here')
    const elsewhere = await runImport(
      path.join(root, 'none.saliscope'),
      path.join(root, 'Mustermann/first'),
      '--dry-run',
    )
    expect(elsewhere.text).toContain('1 series could be imported, 0 already here')
    expect(existsSync(path.join(root, 'none.saliscope'))).toBe(false)
    const wrong = await runImport(project(), path.join(root, 'nowhere'))
    expect([wrong.status, wrong.text]).toEqual([1, expect.stringContaining('nowhere')])
  })
})

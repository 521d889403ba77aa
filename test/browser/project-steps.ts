import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { ScanReport } from '../../main/shared/domain/import.ts'
import type { Mask } from '../../main/shared/domain/mask.ts'
import type { ServedWorkstation } from './workstation.ts'

/** The demo's networks with their cards: part of every clone. */
export const modelFolder = path.resolve(import.meta.dirname, '../../resources/demo/models')

/** Scans a folder and imports every series found; answers the new images. */
export async function importFolder(workstation: ServedWorkstation, folder: string): Promise<string[]> {
  const scan = await workstation.job('/api/import/scans', { sources: [folder] })
  const report = await workstation.get<ScanReport>(`/api/import/scans/${String(scan.result?.['scanId'])}`)
  const job = await workstation.job(`/api/import/scans/${report.id}/accept`, {
    keys: report.series.map(({ key }) => key),
  })
  if (job.state !== 'done' || job.failed > 0) throw new Error(`The import ended ${job.state}: ${JSON.stringify(job)}`)
  return job.result?.['volumeIds'] as string[]
}

/** Registers one of the demo's networks with its card; answers its id. */
export async function addModel(workstation: ServedWorkstation, name: string): Promise<string> {
  const card: unknown = JSON.parse(await readFile(path.join(modelFolder, `${name}.card.json`), 'utf8'))
  const job = await workstation.job('/api/models', { source: path.join(modelFolder, `${name}.onnx`), card })
  return String(job.result?.['modelId'])
}

/** A saved mask of one segment named “Nodule”; `voxels` has the image's size. */
export async function addMask(
  workstation: ServedWorkstation,
  volumeId: string,
  dims: readonly [number, number, number],
  voxels: Uint8Array,
): Promise<Mask> {
  const segment = { value: 1, name: 'Nodule', colour: '#56b4e9', visible: true, locked: false, notes: '' }
  const mask = await workstation.send<Mask>('POST', '/api/masks', {
    volumeId,
    reader: 'Reader 1',
    segments: [{ ...segment, status: 'completed' }],
  })
  const [ni, nj, nk] = dims
  const head = Buffer.from(`${JSON.stringify({ box: [0, ni, 0, nj, 0, nk], sequence: 1 })}\n`)
  const sent = await workstation.fetch(`/api/masks/${mask.id}/strokes`, {
    method: 'POST',
    body: Buffer.concat([head, voxels]),
    headers: { 'Content-Type': 'application/octet-stream' },
  })
  if (!sent.ok) throw new Error(await sent.text())
  await workstation.send('POST', `/api/masks/${mask.id}/versions`, { comment: 'drawn' })
  return mask
}

import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { writeDicomSeries } from '../../main/imaging/dicom/write-series.ts'
import { importFolder } from '../../test/browser/project-steps.ts'
import { serve } from '../../test/browser/workstation.ts'
import { type BenchCase, seconds, timed } from '../bench-case.ts'

const DIMS = [512, 512, 300] as const

/** Voxels with the statistics of a CT: a body of soft tissue with noise in air, so that compression has its real work. */
function drawScan(): Int16Array {
  const [ni, nj, nk] = DIMS
  const voxels = new Int16Array(ni * nj * nk)
  let state = 1
  for (let at = 0; at < voxels.length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const i = at % ni
    const j = Math.floor(at / ni) % nj
    const inside = ((i - 256) / 200) ** 2 + ((j - 256) / 150) ** 2 < 1
    voxels[at] = (inside ? 40 : -1000) + (state >>> 27)
  }
  return voxels
}

/** The whole way of a large CT: 300 uncompressed slices into a project, and out of it again. */
export const dicomImport: BenchCase = {
  id: 'volume',
  title: 'CT of 512 × 512 × 300 through the workstation’s API',
  async measure({ scratch }) {
    const folder = path.join(scratch, 'slices')
    await mkdir(folder)
    const grid = {
      dims: [...DIMS] as [number, number, number],
      affine: [0.7, 0, 0, -180, 0, 0.7, 0, -180, 0, 0, 1, 0, 0, 0, 0, 1],
      physical: true,
      oriented: true,
    }
    await writeDicomSeries(
      folder,
      { grid, voxels: drawScan() },
      {
        modality: 'CT',
        patientId: 'BENCH',
        patientName: 'Bench',
        studyKey: 'bench',
        seriesKey: 'bench',
        studyDate: '20210304',
        studyDescription: 'Bench',
        seriesDescription: 'Bench',
        bitsStored: 16,
        windows: [{ width: 400, level: 40, name: 'Soft tissue' }],
        bodyPart: 'CHEST',
      },
    )
    const file = path.join(scratch, 'bench.saliscope')
    const first = await serve({ root: [scratch], data: path.join(scratch, 'state') })
    let imported: { result: string[]; elapsedMs: number }
    try {
      await first.send('POST', '/api/projects', { target: file, name: 'Bench' })
      imported = await timed(() => importFolder(first, folder))
    } finally {
      await first.stop()
    }
    // A fresh process: nothing of the volume is in memory.
    const second = await serve({ root: [scratch], data: path.join(scratch, 'state') })
    try {
      await second.send('POST', '/api/projects/open', { source: file })
      const volume = `/api/volumes/${imported.result[0]}`
      const slice = await timed(() => second.bytes(`${volume}/slice?axis=k&index=150`))
      const all = await timed(async () => {
        for (let k = 0; k < DIMS[2]; k += 32)
          await second.bytes(`${volume}/voxels?k0=${k}&k1=${Math.min(DIMS[2], k + 32)}`)
      })
      return [
        seconds('300 uncompressed slices scanned and imported', imported.elapsedMs / 1000, 15),
        seconds('project to first slice', slice.elapsedMs / 1000, 1),
        seconds('project to all voxels', all.elapsedMs / 1000, 6),
      ]
    } finally {
      await second.stop()
    }
  },
}

import path from 'node:path'
import { makeCase, makeCtCase } from '../../main/experiment/demo/cases.ts'
import { filmGrid, scanGrid } from '../../main/experiment/demo/grids.ts'
import { writeDicomSeries } from '../../main/imaging/dicom/write-series.ts'

/** A drawn film as it was written: its voxels and where its nodules are. */
export interface WrittenFilm {
  readonly size: number
  readonly pixels: Uint16Array
  readonly noduleMask: Uint8Array
}

/** Writes one drawn chest radiograph with a nodule as a DX study of a patient with a name, into `folder`. */
export async function writeFilm(folder: string, caseNumber: number): Promise<WrittenFilm> {
  const film = makeCase('demo', caseNumber)
  await writeDicomSeries(
    folder,
    { grid: filmGrid(film.size, film.spacingMm), voxels: film.pixels },
    {
      modality: 'DX',
      patientId: `ID-${caseNumber}-4711`,
      patientName: `Testperson^Number${caseNumber}`,
      studyKey: `journey film ${caseNumber}`,
      seriesKey: 'film',
      studyDate: '20210304',
      studyDescription: 'Chest radiograph',
      seriesDescription: 'Chest PA',
      viewPosition: 'PA',
      bitsStored: 12,
      windows: [{ width: 4096, level: 2048, name: 'Full' }],
      bodyPart: 'CHEST',
    },
  )
  return film
}

/** Writes one drawn chest CT of 96 slices into `folder`. */
export async function writeScan(folder: string, caseNumber: number): Promise<void> {
  const scan = makeCtCase('ct-demo', caseNumber)
  await writeDicomSeries(
    path.resolve(folder),
    { grid: scanGrid(scan.dims, scan.spacingMm), voxels: scan.hu },
    {
      modality: 'CT',
      patientId: `CT-${caseNumber}-4711`,
      patientName: `Testperson^Volume${caseNumber}`,
      studyKey: `journey scan ${caseNumber}`,
      seriesKey: 'scan',
      studyDate: '20210304',
      studyDescription: 'Chest CT',
      seriesDescription: 'Chest, 2 mm',
      windows: [{ width: 1400, level: -500, name: 'Lung' }],
      bodyPart: 'CHEST',
    },
  )
}

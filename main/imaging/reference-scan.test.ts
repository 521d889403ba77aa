import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ScannedSeries, ScanReport } from '../shared/domain/import.ts'
import type { Run } from '../shared/run.ts'
import { readSeries } from './read-series.ts'
import { hasReference, referenceData, whyNot } from './reference-outcomes.support.ts'
import { scanRoots } from './scan.ts'

const run: Run = { signal: new AbortController().signal, progress: () => {} }
const scan = (...folders: string[]): Promise<ScanReport> =>
  scanRoots(
    'scan',
    folders.map((folder) => path.join(referenceData, folder)),
    run,
  )
const codes = (series: ScannedSeries): string[] => series.findings.map(({ code }) => code).sort()
const rounded = (values: readonly number[] | null): number[] | null => values?.map((v) => Number(v.toFixed(3))) ?? null
const reasons = (report: ScanReport): string[] => report.skipped.map(({ code, count }) => `${code} ${count}`).sort()

describe.skipIf(!hasReference)(`scans of the reference data${whyNot}`, () => {
  it('measures tilt and gaps of a stack and leaves the gap open', async () => {
    const tilted = (await scan('geometry/gantrytilting')).series
    expect(tilted.map(({ dims }) => dims)).toEqual([[512, 512, 3]])
    expect(codes(tilted[0])).toEqual(['D30'])
    expect(tilted[0].findings[0].message).toContain('14.0°: 4.85 mm along the normal and 1.21 mm sideways')
    const [gap] = (await scan('geometry/sliceincrement')).series
    expect(codes(gap)).toEqual(['D29', 'D30'])
    expect(gap.files).toHaveLength(4)
    expect(gap.dims).toEqual([512, 512, 5])
    const image = await readSeries(gap, run)
    const slice = 512 * 512
    const open = [0, 1, 2, 3, 4].filter((k) => new Set(image.voxels.subarray(k * slice, (k + 1) * slice)).size === 1)
    expect(open).toHaveLength(1)
  })

  it('splits two stacks of one series, and orders by position whatever the instance numbers say', async () => {
    const { series } = await scan('geometry/sliceorientation', 'ct/acrin-nsclc-042/ct')
    const stacks = series.filter(({ modality }) => modality === 'MR')
    expect(stacks.map(({ dims, spacingMm }) => [dims[2], rounded(spacingMm)?.[0]])).toEqual([
      [2, 0.32],
      [2, 0.556],
    ])
    expect(stacks.map(codes)).toEqual([['D31'], ['D31']])
    const ct = series.find(({ modality }) => modality === 'CT')
    expect(ct?.dims).toEqual([512, 512, 44])
    expect(rounded(ct?.spacingMm ?? null)).toEqual([0.977, 0.977, 3.27])
    expect(ct && codes(ct)).toEqual(['D32'])
    const image = ct && (await readSeries(ct, run))
    expect([image?.unit, image?.type, image?.range[0]]).toEqual(['HU', 'int16', -3024])
  })

  it('finds the image of a segmentation by the series it names', async () => {
    const { series } = await scan('ct/dcmqi-tiny', 'ct/acrin-nsclc-042')
    const keys = new Map(series.map((one) => [one.key, one]))
    for (const description of ['Segmentation 24x38x3', 'Segmentation']) {
      const masks = series.filter((one) => one.isMask && one.description === description)
      expect(masks.length).toBeGreaterThan(0)
      for (const mask of masks) {
        const image = keys.get(mask.maskOf ?? '')
        expect(image?.isMask).toBe(false)
        expect(image?.modality).toBe('CT')
      }
    }
  })

  it('counts one CT in fourteen encodings as seven pictures: one, and the lossy ones', async () => {
    const report = await scan('dicom-odd/one-ct-all-syntaxes')
    expect(report.series).toHaveLength(7)
    expect(reasons(report)).toEqual(['D33 7'])
    expect(report.series.filter((series) => codes(series).includes('imaging.lossy')).length).toBeGreaterThan(2)
  })

  it('reads the pictures a DICOMDIR lists and never trusts the DICOMDIR', async () => {
    const report = await scan('dicom-odd/dicomdir')
    expect(report.series.length).toBeGreaterThan(20)
    expect(report.series.flatMap(({ files }) => files)).toHaveLength(31)
    expect(reasons(report)).toEqual(['D40 6', 'D6 1'])
  })

  it('reads DICOM and NIfTI wrapped in gzip', async () => {
    const report = await scan('dicom-odd/issues', 'nifti/reader-js')
    const mprage = report.series.find(({ files }) => files[0].endsWith('philips_mprage.dcm.gz'))
    expect(mprage?.dims[2]).toBeGreaterThan(100)
    expect(report.series.filter(({ source }) => source === 'nifti').map(({ description }) => description)).toEqual(
      expect.arrayContaining(['air', 'big', 'little', 'with_extension']),
    )
  })

  it('asks for the image of a mask it cannot place, and tells labels from probabilities', async () => {
    const { series } = await scan('nifti/hippocampus', 'hostile/nifti/label_with_fractions.nii')
    const labels = series.filter(({ isMask }) => isMask)
    expect(labels).toHaveLength(6)
    for (const label of labels) {
      const image = series.find(({ key }) => key === label.maskOf)
      expect(image?.description).toBe(label.description)
    }
    const fractions = series.find(({ description }) => description === 'label_with_fractions')
    expect([fractions?.isMask, fractions && codes(fractions)]).toEqual([false, ['N16']])
  })

  it('converts odd pictures as stated and refuses damaged ones', async () => {
    const report = await scan('hostile/images')
    const found = Object.fromEntries(report.series.map((one) => [one.description, [one.dims.join('×'), ...codes(one)]]))
    expect(found).toEqual({
      cmyk: ['30×20×1', 'P5'],
      exif_rotated: ['40×60×1', 'P5'],
      gray16: ['8×8×1'],
      palette: ['40×30×1'],
      png_named: ['8×8×1'],
      rgba: ['8×8×1', 'P5'],
    })
    expect(report.skipped.reduce((sum, { count }) => sum + count, 0)).toBe(8)
    expect([...new Set(report.skipped.map(({ code }) => code))].sort()).toEqual(['P1', 'P2', 'P4'])
  })

  it('leaves unsafe archive entries out and says why', async () => {
    const report = await scan('hostile/archives')
    expect(report.series).toEqual([])
    const unsafe = report.skipped.filter(({ code }) => code === 'Z1').map(({ reason }) => reason)
    expect(unsafe.sort()).toEqual([
      'Archive entry left out: it is a symbolic link',
      'Archive entry left out: its path holds a backslash',
      'Archive entry left out: its path is absolute',
      'Archive entry left out: its path leads out of the folder',
      'Archive entry left out: its path names a drive',
    ])
  })

  it('shows films stored with bright as low values the right way round, and says so', async () => {
    const { series } = await scan('cxr')
    const inverted = series.filter((one) => codes(one).includes('D17'))
    expect(inverted).toHaveLength(2)
    for (const one of inverted) expect((await readSeries(one, run)).displayInverted).toBe(true)
  })
})

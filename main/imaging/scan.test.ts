import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Grid } from '../shared/domain/geometry.ts'
import type { ScanReport } from '../shared/domain/import.ts'
import type { Run } from '../shared/run.ts'
import { type SeriesMeta, writeDicomSeries } from './dicom/write-series.ts'
import { encodePng } from './pictures/png.ts'
import { readSeries } from './read-series.ts'
import { scanRoots } from './scan.ts'

const quiet: Run = { signal: new AbortController().signal, progress: () => {} }
const meta: SeriesMeta = {
  modality: 'CT',
  patientId: 'ID-1',
  patientName: 'Testperson^One',
  studyKey: 'scan test',
  seriesKey: 'series',
  studyDate: '20210304',
  studyDescription: 'Chest CT',
  seriesDescription: 'Chest',
}
const dims: [number, number, number] = [6, 5, 4]
/** Turned by 20° about the first axis, so that nothing is aligned by chance. */
const [c, s] = [Math.cos(0.35), Math.sin(0.35)]
const grid: Grid = {
  dims,
  affine: [0.5, 0, 0, 10, 0, 0.7 * c, -2 * s, -20, 0, 0.7 * s, 2 * c, 30, 0, 0, 0, 1],
  physical: true,
  oriented: true,
}
const voxels = Int16Array.from({ length: 120 }, (_, n) => n * 7 - 300)

let root = ''
const folder = (name: string): string => path.join(root, name)
const scan = (name: string, run = quiet): Promise<ScanReport> => scanRoots('scan', [folder(name)], run)

/** A grey TIFF of one strip, by hand: the picture library writes only bytes. */
function floatTiff(values: Float32Array<ArrayBuffer>, width: number, height: number): Buffer {
  const entries = [
    [256, width],
    [257, height],
    [258, 32],
    [259, 1],
    [262, 1],
    [273, 8 + 2 + 10 * 12 + 4],
    [277, 1],
    [278, height],
    [279, values.byteLength],
    [339, 3],
  ]
  const head = Buffer.alloc(8 + 2 + entries.length * 12 + 4)
  head.write('II*\0', 0, 'latin1')
  head.writeUInt32LE(8, 4)
  head.writeUInt16LE(entries.length, 8)
  for (const [n, [tag, value]] of entries.entries()) {
    head.writeUInt16LE(tag, 10 + n * 12)
    head.writeUInt16LE(4, 12 + n * 12)
    head.writeUInt32LE(1, 14 + n * 12)
    head.writeUInt32LE(value, 18 + n * 12)
  }
  return Buffer.concat([head, Buffer.from(values.buffer)])
}

/** A 24-bit bitmap, rows from the bottom up. */
function bitmap(rgb: readonly (readonly [number, number, number])[], width: number, height: number): Buffer {
  const rowBytes = Math.ceil((width * 24) / 32) * 4
  const bytes = Buffer.alloc(54 + rowBytes * height)
  bytes.write('BM', 0, 'latin1')
  for (const [at, value] of [
    [2, bytes.length],
    [10, 54],
    [14, 40],
    [18, width],
    [22, height],
  ])
    bytes.writeUInt32LE(value, at)
  bytes.writeUInt16LE(1, 26)
  bytes.writeUInt16LE(24, 28)
  for (const [n, [red, green, blue]] of rgb.entries()) {
    const row = height - 1 - Math.floor(n / width)
    bytes.set([blue, green, red], 54 + row * rowBytes + (n % width) * 3)
  }
  return bytes
}

/** A NIfTI-1 label file on `grid`, sform only. */
function niftiLabels(values: Uint8Array): Buffer {
  const bytes = Buffer.alloc(352 + values.length)
  bytes.writeInt32LE(348, 0)
  for (const [n, value] of [3, ...dims].entries()) bytes.writeInt16LE(value, 40 + 2 * n)
  bytes.writeInt16LE(2, 70)
  bytes.writeInt16LE(8, 72)
  for (const n of [0, 1, 2, 3]) bytes.writeFloatLE(1, 76 + 4 * n)
  bytes.writeFloatLE(352, 108)
  bytes.writeFloatLE(1, 112)
  bytes.writeInt16LE(1, 254)
  for (let n = 0; n < 12; n++) bytes.writeFloatLE((n < 8 ? -1 : 1) * grid.affine[n], 280 + 4 * n)
  bytes.write('n+1\0', 344, 'latin1')
  bytes.set(values, 352)
  return bytes
}

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'saliscope-scan-'))
  await writeDicomSeries(folder('whole'), { grid, voxels, slope: 2, intercept: -1000 }, meta)
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe('a scan', () => {
  it('gives a written series back: voxels, grid, scale and identity', async () => {
    const { series, skipped } = await scan('whole')
    expect(skipped).toEqual([])
    expect(series).toHaveLength(1)
    const image = await readSeries(series[0], quiet)
    expect(Array.from(image.voxels)).toEqual(Array.from(voxels))
    expect([image.slope, image.intercept, image.unit, image.grid.dims]).toEqual([2, -1000, 'HU', dims])
    for (const [n, value] of image.grid.affine.entries()) expect(value).toBeCloseTo(grid.affine[n], 4)
    expect(image.identity.patientName).toBe('Testperson^One')
    expect(image.sources).toHaveLength(4)
  })

  it('leaves the gap of a missing slice open and counts a file that lies there twice once', async () => {
    const [first, , third, fourth] = await writeDicomSeries(
      folder('gap'),
      { grid, voxels },
      { ...meta, seriesKey: 'gap' },
    )
    await rm(folder('gap/0002.dcm'))
    await copyFile(third, folder('gap/copy.dcm'))
    const { series, skipped } = await scan('gap')
    expect(skipped).toMatchObject([{ code: 'D33', count: 1 }])
    expect(series[0].files).toEqual([first, third, fourth])
    expect(series[0].dims).toEqual(dims)
    expect(series[0].findings.map(({ code }) => code)).toEqual(['D29'])
  })

  it('places a label file by its matrix on the image it was drawn on', async () => {
    await writeDicomSeries(folder('masked'), { grid, voxels }, { ...meta, seriesKey: 'masked' })
    const labels = Uint8Array.from({ length: 120 }, (_, n) => (n % 7 === 0 ? 2 : 0))
    await writeFile(folder('masked/nodule.nii.gz'), gzipSync(niftiLabels(labels)))
    const { series } = await scan('masked')
    const mask = series.find(({ isMask }) => isMask)
    expect(mask?.maskOf).toBe(series.find(({ modality }) => modality === 'CT')?.key)
    const read = mask && (await readSeries(mask, quiet))
    expect(Array.from(read?.voxels ?? []).filter((value) => value > 0)).toHaveLength(18)
  })

  it('keeps what pictures hold: 16 bits, floating values, colours', async () => {
    await writeDicomSeries(folder('pictures'), { grid, voxels }, { ...meta, seriesKey: 'pictures' })
    const wide = Uint16Array.from({ length: 300 }, (_, n) => n * 200)
    await writeFile(folder('pictures/wide.png'), encodePng(wide, 20, 15, 1))
    const real = Float32Array.from({ length: 300 }, (_, n) => n * 1.5 - 100)
    await writeFile(folder('pictures/real.tif'), floatTiff(real, 20, 15))
    await writeFile(
      folder('pictures/colour.bmp'),
      bitmap(
        Array.from({ length: 6 }, (_, n) => [n, 10 + n, 200]),
        3,
        2,
      ),
    )
    const { series, skipped } = await scan('pictures')
    expect(skipped).toEqual([])
    const images = await Promise.all(series.map((one) => readSeries(one, quiet)))
    const named = (name: string) => images.find((image) => image.name === name)
    expect(Array.from(named('wide')?.voxels ?? [])).toEqual(Array.from(wide))
    expect(Array.from(named('real')?.voxels ?? [])).toEqual(Array.from(real))
    expect(named('colour')?.channels).toBe(3)
    expect(Array.from(named('colour')?.voxels ?? []).slice(0, 6)).toEqual([0, 10, 200, 1, 11, 200])
  })

  it('tells its progress and stops within one file when cancelled', async () => {
    const controller = new AbortController()
    const told: number[] = []
    const run: Run = {
      signal: controller.signal,
      progress: (done) => {
        told.push(done)
        if (done === 2) controller.abort()
      },
    }
    await expect(scan('whole', run)).rejects.toThrow()
    expect(told).toEqual([1, 2])
  })
})

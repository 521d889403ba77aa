import { z } from 'zod'
import type { ImportedImage } from '../../imaging/image.ts'
import { readSeries } from '../../imaging/read-series.ts'
import { thumbnail } from '../../imaging/thumbnail.ts'
import { scannedSeriesSchema } from '../../shared/domain/import.ts'
import { column, length } from '../../shared/geometry/affine.ts'
import type { Task } from '../task.ts'
import { deidentifyImage } from './deidentify-image.ts'
import { assertGranted } from './granted-files.ts'
import type { ImportedSeries } from './imported-series.ts'
import { parsePayload } from './payload.ts'

const importPayload = z.object({
  series: scannedSeriesSchema,
  deidentify: z.boolean(),
  /** Hex; key of the project's pseudonyms. */
  secret: z.string().regex(/^[0-9a-f]{64}$/),
})

/** Side of the stored preview picture. */
const previewPixels = 256

/** The middle slice as PNG bytes. */
function previewOf(image: ImportedImage): Uint8Array {
  const [width, height, depth] = image.grid.dims
  const size = width * height * image.channels
  const k = Math.floor(depth / 2)
  const aspect = length(column(image.grid.affine, 1)) / length(column(image.grid.affine, 0))
  const url = thumbnail(
    {
      values: image.voxels.subarray(k * size, (k + 1) * size),
      width,
      height,
      channels: image.channels,
      slope: image.slope,
      intercept: image.intercept,
      window: image.windows[0] ?? null,
      inverted: image.displayInverted,
      padding: image.padding,
      aspect: Number.isFinite(aspect) && aspect > 0 ? aspect : 1,
      labels: false,
    },
    previewPixels,
  )
  return new Uint8Array(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'))
}

/** Reads one series a scan found, de-identified unless switched off. arrays out: [voxels, preview PNG]; record: ImportedSeries. */
export const task: Task = {
  kind: 'import-series',
  async run(payload, _arrays, run, context) {
    const { series, deidentify, secret } = parsePayload('import-series', importPayload, payload)
    assertGranted(series.files, context)
    const image = await readSeries(series, run)
    const { patientCode, identity, name, frameOfReference, findings } = deidentifyImage(image, {
      secret: Buffer.from(secret, 'hex'),
      keep: !deidentify,
    })
    const record: ImportedSeries = {
      study: { patientCode, date: identity.studyDate, description: identity.studyDescription },
      series: {
        number: identity.seriesNumber,
        modality: image.modality,
        description: identity.seriesDescription,
        source: series.source,
        fileCount: series.files.length,
        findings: [...findings],
      },
      volume: {
        name,
        grid: image.grid,
        channels: image.channels,
        type: image.type,
        slope: image.slope,
        intercept: image.intercept,
        unit: image.unit,
        modality: image.modality,
        range: [...image.range],
        windows: [...image.windows],
        ...(image.displayInverted ? { displayInverted: true } : {}),
        frameOfReference,
        findings: [...findings],
      },
    }
    return { record, arrays: [image.voxels, previewOf(image)] }
  },
}

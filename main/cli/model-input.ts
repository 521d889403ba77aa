import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { preprocess } from '../experiment/preprocess.ts'
import { readSeries } from '../imaging/read-series.ts'
import { scanRoots } from '../imaging/scan.ts'
import { type ModelCard, modelCardSchema } from '../shared/domain/model-card.ts'
import { SaliscopeError } from '../shared/errors.ts'
import type { Run } from '../shared/run.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Call } from './command.ts'
import { readNpyTensor } from './files.ts'

/**
 * What --input names, as the tensor the model takes, batch axis first: an .npy array as it is, a picture, NIfTI file, DICOM file or
 * folder of one series by the model's card (--card, else MODEL.card.json beside the model), exactly as the workstation does it.
 *
 * errors  cli.file: no card, a card that is none, no image or several; those of imaging and preprocessing
 */
export async function readModelInput(call: Call, model: string, run: Run): Promise<Tensor> {
  const file = call.text('input') ?? ''
  if (file.toLowerCase().endsWith('.npy')) return readNpyTensor(file)
  const card = await readCard(
    cardFile(call, model),
    `"${file}" is an image`,
    'give the card with --card, or the tensor itself as .npy',
  )
  const report = await scanRoots('command-line', [path.resolve(file)], run)
  const images = report.series.filter((series) => !series.isMask)
  if (images.length !== 1) {
    const reason = report.skipped[0]?.reason
    throw new SaliscopeError(
      'cli.file',
      images.length === 0
        ? `"${file}" holds no image that can be read${reason === undefined ? '' : ` (${reason})`}. Nothing was computed.`
        : `"${file}" holds ${images.length} images, and one is explained at a time. Nothing was computed; name one file or the folder of one series.`,
    )
  }
  const image = await readSeries(images[0], run)
  const [low, high] = image.range
  return preprocess({ ...image, range: [low, high] }, image.voxels, card).tensor
}

/** The names of the model's classes, from its card. errors  cli.file: no card, or one that is none */
export async function readClassNames(call: Call, model: string, name: string): Promise<readonly string[]> {
  const card = await readCard(
    cardFile(call, model),
    `"${name}" is the name of a class`,
    'give the card with --card, or the index of the score',
  )
  return card.output.classes
}

/** --card, or MODEL.card.json beside the model. */
const cardFile = (call: Call, model: string): string => call.text('card') ?? model.replace(/\.onnx$/i, '.card.json')

async function readCard(file: string, why: string, instead: string): Promise<ModelCard> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new SaliscopeError(
      'cli.file',
      `${why}, and "${file}" with the model's card is not there. Nothing was computed; ${instead}.`,
    )
  })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new SaliscopeError('cli.file', `"${file}" is not JSON, so no model card. Nothing was computed.`)
  }
  const read = modelCardSchema.safeParse(value)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw new SaliscopeError(
    'cli.file',
    `"${file}" is no model card at "${issue.path.join('.')}": ${issue.message}. Nothing was computed.`,
  )
}

import { parseParameters } from '../../attribution/parameters.ts'
import { findSegmenter } from '../../segmentation/registry.ts'
import { pictureFrom } from '../../segmentation/segmenter.ts'
import type { Call } from '../command.ts'
import { checkWritable, readNpyTensor, writeLabelsFile } from '../files.ts'
import { readSetValues } from '../set-values.ts'

/** `saliscope segment`: int32 labels over the spatial axes; axes of length 1 in front of the channels are ignored. */
export async function run(call: Call): Promise<number> {
  const output = call.text('output') ?? ''
  const segmenter = findSegmenter(call.text('method') ?? '')
  const parameters = parseParameters(segmenter, await readSetValues(call.all('set')), 'segmentation.parameter')
  await checkWritable(output)
  const image = await readNpyTensor(call.operands[0])
  const picture = pictureFrom(image)
  const labels = segmenter.run(picture, parameters)
  const dims = image.dims.slice(2)
  await writeLabelsFile(output, dims, labels)
  call.io.out(`${output}: ${new Set(labels).size} segments, [${dims.join(', ')}]`)
  return 0
}

import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { compareArrays, readArray, readCases, readInput, readSet } from '../../test/golden/compare.ts'
import { parseParameters } from '../attribution/parameters.ts'
import { findSegmenter } from './registry.ts'
import { pictureFrom } from './segmenter.ts'

const folder = path.resolve(import.meta.dirname, '../../test/golden/segmentation')

describe('reference values of the segmentation', () => {
  for (const entry of readCases(folder)) {
    it(entry.id, () => {
      const segmenter = findSegmenter(entry.method)
      const picture = pictureFrom(readInput(folder, entry.input ?? ''))
      const labels = segmenter.run(
        picture,
        parseParameters(segmenter, readSet(folder, entry.set), 'segmentation.parameter'),
      )
      const expected = readArray(folder, entry.expected as string)
      expect(compareArrays({ shape: picture.dims, values: labels }, expected, entry.tolerance)).toBeUndefined()
    })
  }
})

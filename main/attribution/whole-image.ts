import { controlMethod } from './control.ts'

/**
 * Whole image: 1 everywhere. Its overlap with a mask is the mask's area fraction.
 *
 * output  [N, 1, …spatial]
 * source  own convention (CONTRACT.md)
 */
export const wholeImage = controlMethod({
  id: 'whole-image',
  title: 'Whole image',
  summary: '1 everywhere: marks all there is, so its overlap with a mask is the area of the mask.',
  source: 'Control without a publication',
  map: (_x, _item, { positions }) => new Float32Array(positions).fill(1),
})

import { describe, expect, test } from 'vitest'
import { type Border, gaussianBlur, gaussianKernel, reflected } from './gaussian.ts'

/** Values without a pattern: the fractional parts of a sine. */
const uneven = (n: number) => Float64Array.from({ length: n }, (_, i) => ((Math.sin(i + 1) * 43758.5453) % 1) * 100)

/** The definition, one tap at a time: scipy.ndimage.gaussian_filter1d with mode 'reflect', or zeros outside. */
function byDefinition(line: Float64Array, sigma: number, border: Border): Float64Array {
  const kernel = gaussianKernel(sigma)
  const radius = (kernel.length - 1) / 2
  const n = line.length
  const at = (p: number) => (border === 'reflect' ? line[reflected(p, n)] : p >= 0 && p < n ? line[p] : 0)
  return line.map((_, i) => kernel.reduce((sum, weight, k) => sum + weight * at(i + k - radius), 0))
}

describe.each<Border>(['reflect', 'zero'])('at the border %s', (border) => {
  test.each([0.05, 0.2, 0.7, 1, 3.3, 12])(
    'lines of every length are blurred as defined, to the last bit: sigma %d',
    (sigma) => {
      for (let n = 1; n <= 23; n++)
        expect(gaussianBlur(uneven(n), [n], [0], sigma, border)).toEqual(byDefinition(uneven(n), sigma, border))
    },
  )
})

test('axes that are not named, and a sigma of 0, leave the values alone', () => {
  const data = uneven(12)
  expect(gaussianBlur(data, [3, 4], [0, 1], [0, 0], 'zero')).toEqual(data)
  const rows = gaussianBlur(data, [3, 4], [1], 2, 'reflect')
  for (let r = 0; r < 3; r++)
    expect(rows.slice(r * 4, r * 4 + 4)).toEqual(gaussianBlur(data.slice(r * 4, r * 4 + 4), [4], [0], 2, 'reflect'))
})

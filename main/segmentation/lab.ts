/** From sRGB, with the white point D65 at two degrees. */
const toXyz = [
  [0.412453, 0.35758, 0.180423],
  [0.212671, 0.71516, 0.072169],
  [0.019334, 0.119193, 0.950227],
]
const white = [0.95047, 1, 1.08883]

const linear = (v: number): number => (v > 0.04045 ? ((v + 0.055) / 1.055) ** 2.4 : v / 12.92)
const lightness = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116)

/**
 * CIE L*a*b* of an sRGB picture, channels first: L 0 … 100 for values 0 … 1.
 *
 * source  scikit-image rgb2lab (its constants)
 */
export function labFromRgb(rgb: Float64Array): Float64Array {
  const n = rgb.length / 3
  const out = new Float64Array(rgb.length)
  for (let i = 0; i < n; i++) {
    const r = linear(rgb[i])
    const g = linear(rgb[n + i])
    const b = linear(rgb[2 * n + i])
    const [fx, fy, fz] = toXyz.map((row, k) => lightness((row[0] * r + row[1] * g + row[2] * b) / white[k]))
    out[i] = 116 * fy - 16
    out[n + i] = 500 * (fx - fy)
    out[2 * n + i] = 200 * (fy - fz)
  }
  return out
}

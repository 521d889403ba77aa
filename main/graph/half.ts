const floatView = new Float32Array(1)
const bitsView = new Uint32Array(floatView.buffer)

/** IEEE 754 binary16 → number, exact. */
export function float16ToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** Number → IEEE 754 binary16, rounded to nearest, ties to even; beyond 65504 becomes infinity. */
export function floatToFloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (size >= 65520) return sign | 0x7c00
  const exponent = Math.max(Math.floor(Math.log2(size || 2 ** -24)), -14)
  const unit = 2 ** (exponent - 10)
  const scaled = size / unit
  let steps = Math.floor(scaled)
  const rest = scaled - steps
  if (rest > 0.5 || (rest === 0.5 && steps % 2 === 1)) steps += 1
  // A carry out of the fraction raises the exponent by itself because the fields are adjacent.
  return sign | (exponent === -14 && steps < 1024 ? steps : ((exponent + 14) << 10) + steps)
}

/** bfloat16 → number, exact: the upper half of a float32. */
export function bfloat16ToFloat(half: number): number {
  bitsView[0] = half << 16
  return floatView[0]
}

/** Number → bfloat16, rounded to nearest, ties to even. */
export function floatToBfloat16(value: number): number {
  floatView[0] = value
  if (Number.isNaN(value)) return 0x7fc0
  const bits = bitsView[0]
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff
}

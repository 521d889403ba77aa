const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** A number with a true minus and up to three significant digits; powers of ten outside 0.001 … 9 999. */
export function figureNumber(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  const sign = value < 0 ? '−' : ''
  if (size >= 1e-3 && size < 1e4) return sign + Number(size.toPrecision(3)).toString()
  const exponent = Math.floor(Math.log10(size) + 1e-12)
  const raised = [...String(exponent)].map((c) => (c === '-' ? '⁻' : SUPERSCRIPTS[Number(c)])).join('')
  return `${sign}${Number((size / 10 ** exponent).toPrecision(3))}·10${raised}`
}

/** A tick of a bar: rounded to what the bar can tell. */
export function barNumber(value: number, range: { low: number; high: number }): string {
  const reach = Math.max(Math.abs(range.low), Math.abs(range.high))
  return Math.abs(value) < reach * 1e-9 ? '0' : figureNumber(value)
}

/** The longest of 1, 2, 5 × 10ⁿ mm that is at most `mostMm`. */
export function roundLengthMm(mostMm: number): number {
  const power = 10 ** Math.floor(Math.log10(mostMm))
  return [5, 2, 1].map((step) => step * power).find((length) => length <= mostMm * (1 + 1e-9)) ?? power
}

/** "5 cm" and "20 mm" as a reader writes them. */
export const lengthText = (mm: number) =>
  mm >= 1 ? `${Number(mm.toPrecision(3))} mm` : `${Number((mm * 1000).toPrecision(3))} µm`

/** a, b, … z, aa, ab … */
export function panelLetter(index: number): string {
  const last = String.fromCharCode(97 + (index % 26))
  return index < 26 ? last : panelLetter(Math.floor(index / 26) - 1) + last
}

import { formatNumber } from '../ui/format.ts'

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** The power of ten (a multiple of 3) that brings a reach into 0.1 … 999; 0 for comfortable numbers. */
export function exponentFor(reach: number): number {
  if (!(reach > 0) || (reach >= 0.05 && reach < 10_000)) return 0
  return Math.floor(Math.log10(reach) / 3 + 1e-9) * 3
}

/** "10⁻³"; empty for 0. */
export function powerText(exponent: number): string {
  if (exponent === 0) return ''
  return `10${[...String(exponent)].map((c) => (c === '-' ? '⁻' : superscripts[Number(c)])).join('')}`
}

/** Decimals that tell apart steps of a range of this reach: three significant digits. */
export function decimalsFor(reach: number): number {
  if (!(reach > 0)) return 0
  return Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(reach))))
}

/** A value of a map in the unit of its exponent. */
export function scaledText(value: number, exponent: number, reach: number): string {
  return formatNumber(value / 10 ** exponent, decimalsFor(reach / 10 ** exponent))
}

/** Round ticks (1, 2, 2.5, 5 × 10ⁿ) inside [low, high], about `count` of them. */
export function niceTicks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return []
  const raw = (high - low) / count
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((v) => v >= raw * (1 - 1e-9)) ?? power * 10
  const ticks: number[] = []
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n++)
    ticks.push(Number((n * step).toPrecision(12)))
  return ticks
}

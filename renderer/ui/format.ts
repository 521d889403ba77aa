const MINUS = '−'
const NARROW_SPACE = ' '

/** Groups of three by a narrow no-break space and a true minus. */
export function formatInteger(value: number): string {
  const digits = Math.abs(Math.trunc(value))
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, NARROW_SPACE)
  return value < 0 ? MINUS + digits : digits
}

/** A fixed number of decimals; null is an en dash, the reason stands in a tooltip. */
export function formatNumber(value: number | null | undefined, decimals = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  const text = Math.abs(value).toFixed(decimals)
  return value < 0 && Number(text) !== 0 ? MINUS + text : text
}

/** About three significant digits, as a power of ten outside 0.001 … 99 999. */
export function formatCompact(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  if (value === 0) return '0'
  const size = Math.abs(value)
  const sign = value < 0 ? MINUS : ''
  if (size >= 1e-3 && size < 1e5)
    return sign + (size >= 1000 ? formatInteger(size) : Number(size.toPrecision(3)).toString())
  const exponent = Math.floor(Math.log10(size))
  const superscript = [...String(exponent)].map((c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)])).join('')
  return `${sign}${(size / 10 ** exponent).toFixed(2)} · 10${superscript}`
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = -1
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]}`
}

export const formatCount = (count: number, one: string, many: string) =>
  `${formatInteger(count)} ${count === 1 ? one : many}`

/** "3 min 20 s", "45 s", "1 h 5 min". */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** "today 13:00", "yesterday", "9 January". */
export function formatWhen(iso: string | null, now: Date): string {
  if (iso === null) return '–'
  const then = new Date(iso)
  const startOfDay = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
  const days = Math.round((startOfDay(now) - startOfDay(then)) / 86_400_000)
  if (days === 0) return `today ${then.toTimeString().slice(0, 5)}`
  if (days === 1) return 'yesterday'
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'long' }
  if (then.getFullYear() !== now.getFullYear()) options.year = 'numeric'
  return then.toLocaleDateString('en-GB', options)
}

const PROVIDERS: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  cuda: 'CUDA',
  webgpu: 'WebGPU',
  dml: 'DirectML',
  coreml: 'Core ML',
}

/** Execution providers as their makers write them. */
export const providerTitles = (ids: readonly string[]): string => ids.map((id) => PROVIDERS[id] ?? id).join(', ')

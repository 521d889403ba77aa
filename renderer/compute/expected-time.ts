import { formatDuration } from '../ui/format.ts'

/** What a run is expected to take, from the least and the most seconds; the estimate is too coarse for parts of one second. */
export function expectedTime([least, most]: readonly [number, number]): string {
  if (most < 1) return 'under a second'
  if (least < 1) return `up to ${formatDuration(most)}`
  const [from, to] = [formatDuration(least), formatDuration(most)]
  return from === to ? `about ${to}` : `${from} to ${to}`
}

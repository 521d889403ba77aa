import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import type { Segment } from '../../main/shared/domain/mask.ts'
import { formatCompact } from '../ui/format.ts'

/** What the numbers of a self-check are called; one that is not listed keeps its own name. */
const NAMES: Readonly<Record<string, string>> = {
  sum: 'Sum of the map',
  expected: 'Expected sum',
  gap: 'Gap',
  relative: 'Gap, relative',
  steps: 'Steps taken',
  score: 'Score',
  ratio: 'Sum per score',
  biasShare: 'Share of biases',
  rest: 'Unexplained rest',
  mean: 'Standard error',
  standardError: 'Standard error',
  splitHalf: 'Split-half correlation',
  r2: 'R² of the fit',
  intercept: 'Intercept',
  prediction: 'Prediction of the fit',
}

const KINDS: Readonly<Record<string, string>> = {
  'standard-error': 'standard error',
  fit: 'fit of the surrogate',
}

/** One value per item: itself, or the range over the slices a 2-D network saw. */
function spread(values: readonly (number | null)[]): string {
  const found = values.filter((value) => value !== null)
  if (found.length === 0) return 'not defined'
  const low = Math.min(...found)
  const high = Math.max(...found)
  return low === high ? formatCompact(low) : `${formatCompact(low)} … ${formatCompact(high)}`
}

/** Name and value of everything the method checked on itself, in its order. */
export function selfCheckRows(map: SaliencyMap): readonly (readonly [string, string])[] {
  const values = (map.check?.['values'] ?? {}) as Readonly<Record<string, readonly (number | null)[]>>
  return Object.entries(values).map(([name, list]) => [NAMES[name] ?? name, spread(list)] as const)
}

/** What was checked, in a word or two; undefined when nothing was. */
export function selfCheckKind(map: SaliencyMap): string | undefined {
  const kind = map.check?.['kind']
  return typeof kind === 'string' ? (KINDS[kind] ?? kind) : undefined
}

/** The part of a mask that names positions. */
interface NamedMask {
  readonly id: string
  readonly reader: string
  readonly segments: readonly Pick<Segment, 'value' | 'name'>[]
}

/** Where a segmentation model was explained, in words; null for the whole image. */
export function positionsWords(map: SaliencyMap, masks: readonly NamedMask[]): string | null {
  const { mask } = map.target
  if (mask === undefined) return null
  const weights = map.check?.['positions'] as readonly number[] | undefined
  const count = weights === undefined ? '' : `, ${formatCompact(weights.reduce((a, b) => a + b, 0))} positions`
  if (mask === 'predicted') return `where the model gives the class${count}`
  const document = masks.find(({ id }) => id === mask.maskId)
  if (document === undefined) return `mask that was deleted, version ${mask.version}${count}`
  const segment = document.segments.find(({ value }) => value === mask.segment)
  const what = mask.segment === null ? 'all' : (segment?.name ?? `segment ${mask.segment}`)
  return `${what} of ${document.reader}, version ${mask.version}${count}`
}

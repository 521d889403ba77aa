import { z } from 'zod'
import type { LayerTrace } from '../inference/model-under-study.ts'

export const traceSchema = z.boolean().default(false).meta({
  title: 'Trace',
  description:
    'Also records, for every node, how much arrived from above, how much went on below and how much its bias kept. One item at a time.',
})

/** The traces of several chunks of one batch as one; the nodes are the same in each. */
export function mergeTraces(parts: readonly (readonly LayerTrace[] | null)[]): readonly LayerTrace[] | null {
  const [first, ...others] = parts
  if (!first) return null
  return first.map((row, r) => ({
    ...row,
    arriving: row.arriving.concat(...others.map((part) => part?.[r].arriving ?? [])),
    leaving: row.leaving.concat(...others.map((part) => part?.[r].leaving ?? [])),
    bias: row.bias.concat(...others.map((part) => part?.[r].bias ?? [])),
  }))
}

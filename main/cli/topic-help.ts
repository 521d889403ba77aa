import type { z } from 'zod'
import { findMethod, methods } from '../attribution/registry.ts'
import { findMetric, metrics } from '../metrics/registry.ts'
import { findSegmenter, segmenters } from '../segmentation/registry.ts'
import type { Detail } from './command.ts'
import { wrap } from './help.ts'
import { rangeOfMetric } from './reference/metrics-page.ts'
import { parameterRows } from './reference/parameter-table.ts'

interface Described {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly source: string
  readonly parameters: z.ZodType
}

function describe({ id, title, summary, source, parameters }: Described, facts: readonly string[]): string {
  const rows = parameterRows(parameters)
  const width = Math.max(0, ...rows.map(({ name }) => name.length)) + 4
  const lines = rows.flatMap(({ name, takes, byDefault, meaning }) => [
    `${`  ${name}`.padEnd(width)}${takes}; default: ${byDefault}`,
    ...wrap(meaning, width),
  ])
  return [
    `${id}: ${title}`,
    '',
    ...[summary, ...facts, `Source: ${source}`].flatMap((text) => wrap(text, 0)),
    '',
    ...(rows.length === 0 ? ['It takes no parameters of its own.'] : ['Parameters (--set NAME=VALUE):', ...lines]),
  ].join('\n')
}

/** What a saliency method is and takes. errors  attribution.unknown */
function methodHelp(id: string): string {
  const method = findMethod(id)
  const output = method.output === 'pixel' ? 'one value per input value, with sign' : 'one value per position'
  const facts = [`It needs ${method.needs.join(', ')} of the model and gives ${output}.`]
  return describe(method, method.remark === undefined ? facts : [...facts, method.remark])
}

const NEEDS = {
  'map+mask': '--map and --mask',
  'two-maps': '--map and --other',
  map: '--map',
  'map+model': '--map, --input and --model',
} as const

/** What a metric is and takes. errors  metrics.unknown */
function metricHelp(id: string): string {
  const metric = findMetric(id)
  return describe(metric, [`It needs ${NEEDS[metric.needs]}. Its value: ${rangeOfMetric(metric)}.`])
}

const idsOf = (list: readonly { readonly id: string }[]): string[] => list.map(({ id }) => id)

export const methodDetail: Detail = { title: 'Methods', ids: idsOf(methods), help: methodHelp }
export const metricDetail: Detail = { title: 'Metrics', ids: idsOf(metrics), help: metricHelp }
export const segmenterDetail: Detail = {
  title: 'Segmenters',
  ids: idsOf(segmenters),
  help: (id) => describe(findSegmenter(id), []),
}

import type { Metric, MetricNeed } from '../../metrics/metric.ts'
import { metrics } from '../../metrics/registry.ts'
import { page } from './markdown.ts'
import { parameterTable } from './parameter-table.ts'

const NEEDS: Readonly<Record<MetricNeed, string>> = {
  'map+mask': 'A map against a mask',
  'two-maps': 'Two maps',
  map: 'A map alone',
  'map+model': 'A map against the model',
}

const DIRECTIONS = { higher: 'higher is better', lower: 'lower is better', none: 'neither end is better' } as const

function rangeOf([low, high]: Metric<unknown>['range']): string {
  if (low === null && high === null) return 'any value'
  if (low === null) return `at most ${high}`
  return high === null ? `${low} or more` : `${low} to ${high}`
}

/** `0 to 1, higher is better` */
export const rangeOfMetric = ({ range, direction }: Metric<unknown>): string =>
  `${rangeOf(range)}, ${DIRECTIONS[direction]}`

function entry(metric: Metric<unknown>): string {
  return page(
    `### ${metric.id}`,
    `${metric.title}. ${metric.summary}`,
    `Value: ${rangeOfMetric(metric)}. Version ${metric.version}.`,
    `Source: ${metric.source}`,
    parameterTable(metric.parameters),
  ).trimEnd()
}

/** Every metric with its parameters, from the registry. */
export function metricsPage(): string {
  const needs = Object.keys(NEEDS) as MetricNeed[]
  return page(
    '# Metrics',
    `${metrics.length} metrics. \`saliscope measure ID --map M.npy --set NAME=VALUE --json\` prints \`value\` and, where there is one, \`chance\`: what a map without information gets. A value that cannot be computed is \`null\` with a \`reason\`.`,
    ...needs.flatMap((need) => [`## ${NEEDS[need]}`, ...metrics.filter((metric) => metric.needs === need).map(entry)]),
  )
}

import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { compareAnswer, type GoldenCase, readCases, readInput, readSet } from '../../test/golden/compare.ts'
import { silentRun } from '../attribution/handwritten-model.ts'
import { parseSettings } from '../attribution/parameters.ts'
import { type OpenedModel, openModel } from '../inference/open-model.ts'
import type { MetricInput } from './metric.ts'
import { metrics } from './registry.ts'

const folder = path.resolve(import.meta.dirname, '../../test/golden/metrics')
const models = new Map<string, Promise<OpenedModel>>()

afterAll(async () => {
  for (const opened of models.values()) await (await opened).close()
})

async function modelOf(entry: GoldenCase, itemDims: readonly number[]) {
  const file = path.join(folder, entry.model ?? '')
  const opened = models.get(file) ?? openModel(file, { itemDims, threads: 1 })
  models.set(file, opened)
  return (await opened).under(silentRun.signal)
}

async function measure(entry: GoldenCase): Promise<string | undefined> {
  const metric = metrics.find((m) => m.id === entry.method)
  if (!metric) return `the metric ${entry.method} is not built`
  const { parameters, output, negate, seed } = parseSettings(metric, readSet(folder, entry.set), 'metrics.parameter')
  const read = (name: string | undefined) => (name === undefined ? undefined : readInput(folder, name))
  const x = read(entry.input)
  const input: MetricInput = {
    map: readInput(folder, entry.map ?? ''),
    other: read(entry.other),
    mask: read(entry.mask),
    x,
    seed,
    ...(x && { model: await modelOf(entry, x.dims.slice(1)), target: { index: entry.target ?? 0, output, negate } }),
  }
  const { details, ...answer } = await metric.run(input, parameters, silentRun)
  return compareAnswer({ ...answer, ...details }, entry.expected as Record<string, unknown>, entry.tolerance)
}

describe('reference values of the metrics', () => {
  for (const entry of readCases(folder)) {
    it(entry.id, async () => {
      expect(await measure(entry)).toBeUndefined()
    })
  }
})

import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { AttributionCheck } from '../../main/attribution/method.ts'
import { methods } from '../../main/attribution/registry.ts'
import { explain } from '../../main/compute/explain.ts'
import { type OpenedModel, openModel } from '../../main/inference/open-model.ts'
import { SaliscopeError } from '../../main/shared/errors.ts'
import { compareAnswer, compareArrays, type GoldenCase, readArray, readCases, readInput, readSet } from './compare.ts'

const folder = path.join(import.meta.dirname, 'attribution')
const cases = readCases(folder)
const known = new Set(methods.map((method) => method.id))
/** What is not built yet: such a case is listed as skipped, with the sentence. Anything else is a failure. */
const NOT_BUILT = new Set(['autodiff.no-rule', 'autodiff.unsupported'])

const models = new Map<string, Promise<OpenedModel>>()

function modelOf(entry: GoldenCase, itemDims: readonly number[]): Promise<OpenedModel> {
  const file = path.join(folder, entry.model ?? '')
  const opened = models.get(file) ?? openModel(file, { itemDims })
  models.set(file, opened)
  return opened
}

afterAll(async () => {
  console.log(['Completeness, conservation and the other self-checks', ...checks].join('\n'))
  for (const opened of models.values()) await opened.then((model) => model.close(), () => undefined)
})

/** What the maps say of themselves, one line per case; printed at the end. */
const checks: string[] = []

function noteCheck(id: string, check: AttributionCheck | null): void {
  if (check === null) return
  const shown = (values: readonly (number | null)[]): string =>
    values.map((value) => (value === null ? '–' : value.toPrecision(3))).join(', ')
  const words = Object.entries(check.values).map(([name, values]) => `${name} ${shown(values)}`)
  checks.push(`${id.padEnd(44)} ${check.kind.padEnd(14)} ${words.join(' · ')}`)
}

async function run(entry: GoldenCase): Promise<string | undefined> {
  const x = readInput(folder, entry.input ?? '')
  const { output = 'logit', negate = false, seed = 0, ...parameters } = readSet(folder, entry.set)
  const request = {
    method: entry.method,
    parameters,
    target: { index: entry.target ?? null, output: output as 'logit' | 'probability', negate: negate === true },
    layer: entry.layer ?? null,
    seed: Number(seed),
    repeats: null,
  }
  const { map, record } = await explain(await modelOf(entry, x.dims.slice(1)), x, request, { signal: new AbortController().signal, progress() {} })
  noteCheck(entry.id, record.check)
  if (typeof entry.expected !== 'string') return compareAnswer({ ...record }, entry.expected, entry.tolerance)
  return compareArrays({ shape: map.dims, values: map.data }, readArray(folder, entry.expected), entry.tolerance)
}

describe('attribution reference values', () => {
  for (const entry of cases) {
    it(entry.id, async (context) => {
      if (!known.has(entry.method)) context.skip(`the method ${entry.method} is not built`)
      try {
        expect(await run(entry)).toBeUndefined()
      } catch (error) {
        if (error instanceof SaliscopeError && NOT_BUILT.has(error.code)) context.skip(error.message)
        throw error
      }
    })
  }
})

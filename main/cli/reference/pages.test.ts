import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { methods } from '../../attribution/registry.ts'
import { operators } from '../../autodiff/operators/registry.ts'
import { rewritten } from '../../graph/rewritten.ts'
import { metrics } from '../../metrics/registry.ts'
import { errorParagraphs } from '../../shared/errors/index.ts'
import { main } from '../main.ts'
import { onnxOperators } from './onnx-operators.ts'
import { referencePages } from './pages.ts'

const made = (topic: string): string => {
  const page = referencePages.find((one) => one.topic === topic)
  if (page === undefined) throw new Error(`There is no page ${topic}.`)
  return page.make()
}

async function run(...words: string[]) {
  const lines: string[] = []
  const errors: string[] = []
  const io = {
    out: (text: string) => void lines.push(text),
    err: (text: string) => void errors.push(text),
    interactive: false,
    signal: new AbortController().signal,
  }
  return { status: await main(words, io), out: lines.join('\n'), err: errors.join('\n') }
}

it.each(referencePages.filter((page) => page.isGenerated))(
  'docs: the page of $topic is up to date (npm run reference writes it)',
  ({ file, make }) => {
    expect(readFileSync(path.join('docs/reference', file), 'utf8')).toBe(make())
  },
)

it('holds every method, metric and error', () => {
  for (const { id } of methods) expect(made('methods')).toContain(`### ${id}\n`)
  for (const { id } of metrics) expect(made('metrics')).toContain(`### ${id}\n`)
  for (const code of Object.keys(errorParagraphs)) expect(made('errors')).toContain(`**\`${code}\`**`)
})

it('answers for every operator of ONNX, and for every rule', () => {
  const lines = made('operators').split('\n')
  for (const name of onnxOperators) expect(lines.filter((line) => line.startsWith(`| ${name} |`))).toHaveLength(1)
  for (const { opType } of operators) expect(lines.some((line) => line.startsWith(`| ${opType} | yes |`))).toBe(true)
  const unknown = Object.keys(rewritten).filter((name) => !name.includes('.') && !onnxOperators.includes(name))
  expect(unknown).toEqual([])
})

it('prints a page, and says which there are', async () => {
  expect((await run('reference', 'metrics')).out).toMatch(/^# Metrics\n/)
  expect((await run('reference', 'keys')).out).toMatch(/^# Keys\n/)
  const missing = await run('reference')
  expect(missing).toMatchObject({ status: 2, out: '' })
  expect(missing.err).toContain('methods, metrics, operators, errors, keys')
  expect((await run('reference', 'colours')).status).toBe(2)
})

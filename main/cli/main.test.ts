import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { methods } from '../attribution/registry.ts'
import { metrics } from '../metrics/registry.ts'
import { writeTensor } from '../tensor/npy.ts'
import type { Io } from './command.ts'
import { commands } from './commands/registry.ts'
import { main } from './main.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'saliscope-cli-'))
const model = path.resolve(import.meta.dirname, '../../resources/demo/models/resnet-a.onnx')
const x = path.join(folder, 'x.npy')
const out = path.join(folder, 'map.npy')
writeFileSync(
  x,
  writeTensor({ dims: [1, 1, 128, 128], data: Float32Array.from({ length: 128 * 128 }, (_, n) => Math.sin(n / 40)) }),
)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function call(...words: string[]) {
  const said = { out: [] as string[], err: [] as string[] }
  const io: Io = {
    out: (text) => void said.out.push(text),
    err: (text) => void said.err.push(text),
    interactive: false,
    signal: new AbortController().signal,
  }
  return { status: await main(words, io), out: said.out.join('\n'), err: said.err }
}

describe('help', () => {
  it.each(commands.map(({ name }) => name))('of %s explains, names every option and shows a call', async (name) => {
    const { status, out: text } = await call(name, '--help')
    expect(status).toBe(0)
    const command = commands.find((one) => one.name === name)
    for (const flag of command?.flags ?? []) expect(text).toContain(`--${flag.name}`)
    expect(text).toMatch(/\n\n.{60,}[\s\S]*Examples:\n {2}saliscope .*[\s\S]*Exit status: 0 success/)
    const prose = text.split('\n').filter((line) => !line.startsWith('  saliscope '))
    expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  it('of a method tells each of its parameters, of a metric what it needs', async () => {
    const { out: text } = await call('explain', '--method', 'smoothgrad', '--help')
    for (const name of ['of', 'samples', 'noise', 'variant', 'draws'])
      expect(text).toMatch(new RegExp(`^  ${name} `, 'm'))
    expect((await call('help', 'measure', 'deletion')).out).toContain('--map, --input and --model')
    expect((await call('segment', '--method=slic', '--help')).out).toContain('compactness')
  })

  it('lists every method and every metric', async () => {
    const explain = (await call('explain', '--help')).out
    const measure = (await call('measure', '--help')).out
    for (const { id } of methods) expect(explain).toContain(id)
    for (const { id } of metrics) expect(measure).toContain(id)
  })
})

describe('a wrong call ends with status 2 and one sentence', () => {
  it.each([
    [['explian'], /Did you mean "explain"/],
    [['explain', model, '--input', x, '--output', out], /needs --method ID/],
    [['explain', model, '--input', x, '--method', 'gradiant', '--output', out], /no saliency method "gradiant"/],
    [
      ['explain', model, '--input', x, '--method', 'gradient', '--set', 'steps=3', '--output', out],
      /no parameter steps/,
    ],
    [['explain', model, '--input', x, '--method', 'lrp', '--set', 'composite=x', '--output', out], /cannot take "x"/],
    [['explain', model, '--input', x, '--method', 'gradient', '--outptu', out], /Did you mean --output/],
    [['explain', model, '--input', x, '--method', 'gradient', '--output', out, '--threads', '0'], /from 1 to 1024/],
    [['explain', model, '--input', x, '--method', 'gradient', '--output', out, '--set', 'a'], /NAME=VALUE/],
    [['measure', 'auroc', '--map', x], /needs --mask/],
    [['measure', 'auroq', '--map', x], /no metric "auroq"/],
    [['segment', x, '--method', 'slik', '--output', out], /no segmenter "slik"/],
    [['segment', x, '--method', 'slic', '--set', 'segments=0', '--output', out], /cannot take 0/],
    [['serve', '--port', '99999'], /from 1 to 65535/],
    [['import', path.join(folder, 'p.saliscope')], /needs SOURCE/],
    [['predict', model, x], /one word too many/],
  ])('%j', async (words, sentence) => {
    const { status, err, out: text } = await call(...words)
    expect(status).toBe(2)
    expect(text).toBe('')
    expect(err).toHaveLength(1)
    expect(err[0]).toMatch(sentence)
    expect(err[0]).not.toContain('\n')
    expect(existsSync(out)).toBe(false)
  })
})

describe('what cannot be done ends with status 1 and one sentence', () => {
  const text = path.join(folder, 'text.onnx')
  writeFileSync(text, 'no model at all\n')
  it.each([
    [['predict', model, '--input', path.join(folder, 'none.npy')], /there is no such file/],
    [['predict', model, '--input', model], /card|image/],
    [['predict', text, '--input', x], /no ONNX model/],
    [['predict', folder, '--input', x], /no regular file/],
    [['explain', model, '--input', x, '--method', 'gradient', '--target', '99', '--output', out], /target 99/],
    [['explain', model, '--input', x, '--method', 'grad-cam', '--layer', 'none', '--output', out], /none/],
    [
      ['explain', model, '--input', x, '--method', 'gradient', '--output', path.join(folder, 'no/map.npy')],
      /no folder/,
    ],
    [['import', path.join(folder, 'p.saliscope'), path.join(folder, 'nowhere')], /is not there/],
    [['serve', path.join(folder, 'none.saliscope'), '--data', path.join(folder, 'data')], /is not there/],
  ])('%j', async (words, sentence) => {
    const { status, err } = await call(...words)
    expect(status).toBe(1)
    expect(err).toHaveLength(1)
    expect(err[0]).toMatch(sentence)
    expect(existsSync(out)).toBe(false)
  })
})

describe('Ctrl+C', () => {
  it('ends a running explanation with status 130 and leaves no half file', async () => {
    const words = ['explain', model, '--input', x, '--method', 'rise', '--set', 'masks=200000', '--output', out]
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'index.ts'), ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (bytes) => {
      said += String(bytes)
    })
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
    await new Promise((resolve) => setTimeout(resolve, 4000))
    expect(child.exitCode).toBeNull()
    const asked = performance.now()
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(performance.now() - asked).toBeLessThan(5000)
    expect(said).toMatch(/^saliscope: .*\n$/)
    expect(readdirSync(folder).filter((name) => name.startsWith('map.npy'))).toEqual([])
  })
})

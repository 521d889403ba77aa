#!/usr/bin/env node
// Compares the engine's gradient with torch's on what torchvision_gradients.py wrote.
//   npm exec -- node test/exporters/compare.mjs FOLDER [--only REGEX]      (under the program's own Node 24)
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { readTensor } from '../../main/tensor/npy.ts'

const LEAST_COSINE = 0.9999
const program = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../bin/saliscope')
const [folder, flag, pattern] = process.argv.slice(2)
if (folder === undefined || (flag !== undefined && (flag !== '--only' || pattern === undefined))) {
  console.error('usage: compare.mjs FOLDER [--only REGEX]')
  process.exit(2)
}
const only = new RegExp(pattern ?? '')

const valuesOf = (file) => readTensor(readFileSync(file), file).data

function cosineAndWorst(actual, expected) {
  let dot = 0
  let aa = 0
  let ee = 0
  let worst = 0
  let largest = 0
  for (let i = 0; i < expected.length; i++) {
    dot += actual[i] * expected[i]
    aa += actual[i] ** 2
    ee += expected[i] ** 2
    worst = Math.max(worst, Math.abs(actual[i] - expected[i]))
    largest = Math.max(largest, Math.abs(expected[i]))
  }
  return { cosine: aa > 0 && ee > 0 ? dot / Math.sqrt(aa * ee) : 0, worst: worst / largest }
}

function compare(name, exporter) {
  const model = path.join(folder, `${name}.${exporter}.onnx`)
  if (!existsSync(model)) return { ok: false, text: 'not exported' }
  const { target } = JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8'))
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'saliscope-exporters-'))
  try {
    const output = path.join(scratch, 'map.npy')
    const words = ['explain', model, '--input', path.join(folder, `${name}.image.npy`), '--method', 'gradient']
    const run = spawnSync(process.execPath, [program, ...words, '--target', String(target), '--output', output])
    if (run.status !== 0) return { ok: false, text: String(run.stderr).trim().split('\n').at(-1) }
    const found = cosineAndWorst(valuesOf(output), valuesOf(path.join(folder, `${name}.gradient.npy`)))
    const text = `cosine ${found.cosine.toFixed(7)}, largest difference ${found.worst.toExponential(1)} of the largest value`
    return { ok: found.cosine >= LEAST_COSINE, text }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

let failed = 0
for (const file of readdirSync(folder).filter((one) => one.endsWith('.gradient.npy'))) {
  const name = file.replace('.gradient.npy', '')
  for (const exporter of ['classic', 'dynamo']) {
    if (!only.test(`${name} ${exporter}`)) continue
    const { ok, text } = compare(name, exporter)
    if (!ok) failed++
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} ${exporter}: ${text}`)
  }
}
process.exitCode = failed > 0 ? 1 : 0

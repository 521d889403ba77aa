// Measures speed and prints a table. Nothing here fails a test: figures depend on the machine, which is named above the table.
//   npm run bench -- [--only ID,ID] [--models FOLDER]
// FOLDER holds NAME.onnx with NAME.npy (default: SALISCOPE_BENCH_MODELS), SALISCOPE_BENCH_PYTHON is a Python with the peers,
// SALISCOPE_BENCH_CASES a pattern of the peers' cases; rows that lack something say so.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { BenchCase, Figure } from './bench-case.ts'
import { demo } from './cases/demo.ts'
import { dicomImport } from './cases/dicom-import.ts'
import { gradient } from './cases/gradient.ts'
import { overhead } from './cases/overhead.ts'
import { peers } from './cases/peers.ts'
import { viewer } from './cases/viewer.ts'

const cases: readonly BenchCase[] = [gradient, overhead, peers, dicomImport, viewer, demo]
const { values } = parseArgs({ options: { only: { type: 'string' }, models: { type: 'string' } } })
const wanted = values.only?.split(',')
const unknown = wanted?.find((id) => !cases.some((one) => one.id === id))
if (unknown !== undefined) {
  console.error(`--only takes ${cases.map((one) => one.id).join(', ')}, not "${unknown}".`)
  process.exit(2)
}
const models = values.models ?? process.env['SALISCOPE_BENCH_MODELS'] ?? null
const root = path.resolve(import.meta.dirname, '..')

function print(title: string, figures: readonly Figure[]): void {
  console.log(`\n${title}`)
  for (const { what, value, goal, met } of figures) {
    const verdict = met === null ? (goal === '' ? '' : 'not measured') : met ? 'met' : 'missed'
    console.log(`  ${what.padEnd(48)} ${value.padStart(24)}   ${goal.padEnd(10)} ${verdict}`)
  }
}

const cpu = os.cpus()[0]?.model.trim() ?? 'unknown processor'
const memoryGb = (os.totalmem() / 2 ** 30).toFixed(0)
console.log(
  `${new Date().toISOString().slice(0, 10)}, ${os.availableParallelism()} cores (${cpu}), ${memoryGb} GB, ${os.platform()}, Node ${process.versions.node}`,
)
if (wanted === undefined || wanted.includes('viewer'))
  execFileSync('electron-vite', ['build', '--logLevel', 'warn'], { cwd: root, stdio: 'inherit' })
for (const one of cases) {
  if (wanted !== undefined && !wanted.includes(one.id)) continue
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'saliscope-bench-'))
  try {
    print(one.title, await one.measure({ models: models === null ? null : path.resolve(models), scratch }))
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

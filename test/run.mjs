#!/usr/bin/env node
// The project's test command: types, lint, import directions, unit tests, reference values, then the journeys in a real
// browser and in a real Electron. Prints `N passed, N failed, N skipped` as its last line; exit status 1 when anything failed.
//   node test/run.mjs [--only checks|unit|browser|desktop]
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined
const bin = path.join(root, 'node_modules/.bin')
const environment = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` }
const total = { passed: 0, failed: 0, skipped: 0 }
const skips = new Map()

function run(command, words) {
  return new Promise((resolve) => {
    const child = spawn(command, words, {
      cwd: root,
      stdio: 'inherit',
      env: environment,
      shell: process.platform === 'win32',
    })
    child.on('error', (error) => {
      console.error(error.message)
      resolve(1)
    })
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

async function check(title, command, words) {
  console.log(`\n── ${title}`)
  const code = await run(command, words)
  total[code === 0 ? 'passed' : 'failed']++
  if (code !== 0) console.error(`${title}: failed`)
}

/** Runs Vitest with one configuration and adds its counts; reasons of skipped tests are gathered for the summary. */
async function vitest(title, configuration) {
  console.log(`\n── ${title}`)
  const folder = mkdtempSync(path.join(os.tmpdir(), 'saliscope-tests-'))
  const report = path.join(folder, 'report.json')
  try {
    const code = await run('vitest', [
      'run',
      '--config',
      configuration,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ])
    const results = JSON.parse(readFileSync(report, 'utf8'))
    let failed = 0
    for (const file of results.testResults) {
      if (file.status === 'failed' && file.assertionResults.length === 0) failed++
      for (const test of file.assertionResults) {
        if (test.status === 'passed') total.passed++
        else if (test.status === 'failed') failed++
        else {
          total.skipped++
          const reason = test.meta?.reason ?? path.relative(root, file.name)
          skips.set(reason, (skips.get(reason) ?? 0) + 1)
        }
      }
    }
    total.failed += code !== 0 && failed === 0 ? 1 : failed
  } catch (error) {
    console.error(`${title}: no report (${error.message})`)
    total.failed++
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const parts = {
  async checks() {
    await check('Types', 'tsc', ['--noEmit', '-p', 'tsconfig.json'])
    await check('Format and lint', 'biome', ['check', '.'])
    await check('Import directions', process.execPath, ['test/lint/imports.mjs'])
  },
  unit: () => vitest('Unit tests and reference values', 'vitest.config.ts'),
  async browser() {
    await check('Build', 'electron-vite', ['build', '--logLevel', 'warn'])
    await vitest('Journeys in a real browser', 'test/browser/vitest.config.ts')
  },
  async desktop() {
    // In a whole run the browser's journeys have built already.
    if (only === 'desktop') await check('Build', 'electron-vite', ['build', '--logLevel', 'warn'])
    await vitest('Journeys in a real Electron', 'test/desktop/vitest.config.ts')
  },
}
if (only !== undefined && !(only in parts)) {
  console.error(`--only takes ${Object.keys(parts).join(', ')}, not "${only}".`)
  process.exit(2)
}
for (const [name, part] of Object.entries(parts)) if (only === undefined || only === name) await part()

if (skips.size > 0)
  console.log(`\nSkipped:\n${[...skips].map(([reason, count]) => `  ${count} × ${reason}`).join('\n')}`)
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed > 0 ? 1 : 0

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const session = new URL('./session.ts', import.meta.url).href
const model = fileURLToPath(new URL('../../resources/demo/models/untrained.onnx', import.meta.url))
const program = `
  const { runtime } = await import(${JSON.stringify(session)})
  await (await runtime()).InferenceSession.create(${JSON.stringify(model)})
  console.log('ran')
`

describe('the runtime', () => {
  it('starts without its usage reporting: no cache, no log, no identifier is written', () => {
    const home = mkdtempSync(path.join(os.tmpdir(), 'saliscope-telemetry-'))
    try {
      // CI alone would silence it, and then this test could not fail.
      const { CI: _ci, ORT_DISABLE_TELEMETRY: _off, ORT_RUNNING_UNIT_TESTS: _unit, ...environment } = process.env
      const run = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
        encoding: 'utf8',
        env: { ...environment, HOME: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home, TMPDIR: home },
      })
      expect(run.stderr).not.toContain('Error')
      expect(run.stdout).toContain('ran')
      expect(readdirSync(home)).toEqual([])
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })
})

import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { type BenchCase, seconds, timed } from '../bench-case.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** The demo from nothing, then again on what it left. */
export const demo: BenchCase = {
  id: 'demo',
  title: 'Demo with known truth',
  async measure({ scratch }) {
    const file = path.join(scratch, 'demo', 'demo.saliscope')
    const run = async () => {
      const words = [path.join(root, 'bin/saliscope'), 'demo', file, '--json']
      const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', maxBuffer: 2 ** 28 })
      if (status !== 0) throw new Error(`The demo ended with ${status}: ${stderr.trim().split('\n').at(-1)}`)
    }
    const first = await timed(run)
    const second = await timed(run)
    return [
      seconds('first run', first.elapsedMs / 1000, 300),
      seconds('second run, everything cached', second.elapsedMs / 1000, 30),
    ]
  },
}

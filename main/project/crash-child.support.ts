// Runs the session and ends itself with SIGKILL at a numbered write point. Arguments: project file, number (0: none).
import { writeSync } from 'node:fs'
import path from 'node:path'
import { session } from './crash-session.support.ts'
import { testSurroundings } from './fixtures.support.ts'

const [file, point] = process.argv.slice(2)
const killAt = Number(point)
let passed = 0
const surroundings = testSurroundings(path.dirname(file), {
  onWritePoint: () => {
    if (++passed === killAt) process.kill(process.pid, 'SIGKILL')
  },
})
// Synchronously, so that a line that is out was acknowledged before the kill.
await session(file, surroundings, (what, sha256 = '') => void writeSync(1, `${what} ${sha256}\n`))
writeSync(1, `points:${passed}\n`)

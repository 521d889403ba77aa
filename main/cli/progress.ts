import type { Run } from '../shared/run.ts'
import type { Io } from './command.ts'

const EVERY_MS = 200

/** Progress on standard error: one line that is written over, and only for a person watching; the signal is Ctrl+C's. */
export function runOf(io: Io): Run & { finish(): void } {
  let last = 0
  let written = false
  return {
    signal: io.signal,
    progress(done, total, stage = '') {
      const now = Date.now()
      if (!io.interactive || now - last < EVERY_MS) return
      last = now
      written = true
      process.stderr.write(`\r\x1b[K${stage ? `${stage}: ` : ''}${done} of ${total}`)
    },
    finish() {
      if (written) process.stderr.write('\r\x1b[K')
    },
  }
}

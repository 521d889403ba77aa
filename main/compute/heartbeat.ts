import { Worker } from 'node:worker_threads'

/** File descriptor on which a compute process reports its memory; 0–2 are the standard streams, 3 is the message channel. */
export const HEARTBEAT_FD = 4
export const HEARTBEAT_MS = 250

/** Given as text, since after bundling there is no file of its own that a thread could start from. */
const THREAD = `
const { writeSync } = require('node:fs')
const { workerData } = require('node:worker_threads')
function beat() {
  try {
    writeSync(workerData.fd, Math.round(process.memoryUsage.rss() / 1024) + '\\n')
  } catch (error) {
    if (error.code === 'EAGAIN') return // the reader is busy; the next beat tells the same
    process.kill(process.pid, 'SIGKILL')
  }
}
beat()
setInterval(beat, workerData.ms)
`

/**
 * Starts a thread that writes the resident memory of this process (in kB, one line) every 250 ms. A thread of its own,
 * because a run of ONNX Runtime blocks the main one. When nobody listens any more the program has gone, and the
 * process ends itself even in the middle of a run.
 */
export function startHeartbeat(): void {
  new Worker(THREAD, { eval: true, workerData: { fd: HEARTBEAT_FD, ms: HEARTBEAT_MS } }).unref()
}

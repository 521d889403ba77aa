// Entry of the workstation process. The desktop shell forks it and tells it everything by message (workstation-protocol.ts);
// `saliscope serve` calls serveLoopback in its own process instead.
import type { FromWorkstation, ToWorkstation } from '../shared/shell/workstation-protocol.ts'
import { type PrivatelyServed, servePrivately } from './private-socket.ts'

let served: PrivatelyServed | null = null
/** Handles said before the socket was ready. */
const early: Extract<ToWorkstation, { kind: 'grant' }>[] = []
let ending = false

function send(message: FromWorkstation): void {
  if (process.connected) process.send?.(message)
}

async function start({ token, socket, userData }: Extract<ToWorkstation, { kind: 'start' }>): Promise<void> {
  served = await servePrivately({ token, socket, dataFolder: userData })
  for (const grant of early) served.workstation.files.grant(grant.handle, grant.path, grant.mode)
  send({ kind: 'ready' })
}

/** Checkpoint, one closed file, lock released; then the process ends by itself. */
async function end(): Promise<void> {
  if (ending) return
  ending = true
  await served?.close()
  send({ kind: 'closed' })
  process.exit(0)
}

function failed(error: unknown): void {
  send({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exit(1)
}

if (process.send === undefined) {
  process.stderr.write(
    'The workstation process is started by the desktop shell; run "saliscope serve" to use it in a browser.\n',
  )
  process.exit(2)
}
process.on('message', (message: ToWorkstation) => {
  if (message.kind === 'start') start(message).catch(failed)
  else if (message.kind === 'grant') {
    if (served === null) early.push(message)
    else served.workstation.files.grant(message.handle, message.path, message.mode)
  } else end().catch(failed)
})
// The shell is gone: what is open is closed properly.
process.on('disconnect', () => void end().catch(failed))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end().catch(failed))

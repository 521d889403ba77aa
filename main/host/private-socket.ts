import { chmodSync } from 'node:fs'
import { makeServer } from './listen.ts'
import { createWorkstation, type Workstation } from './workstation.ts'

export interface PrivateSocketOptions {
  readonly token: string
  /** Unix socket path, or Windows pipe name. */
  readonly socket: string
  readonly dataFolder: string
  readonly log?: (line: string) => void
}

export interface PrivatelyServed {
  readonly workstation: Workstation
  close(): Promise<void>
}

/** The host name the desktop shell sends; browsers cannot reach the socket at all. */
const host = 'saliscope'

/** The workstation behind the desktop's private socket; files by handle only. A project that was open when an earlier process died is opened again. */
export async function servePrivately(options: PrivateSocketOptions): Promise<PrivatelyServed> {
  const workstation = createWorkstation({
    shell: 'desktop',
    dataFolder: options.dataFolder,
    roots: null,
    log: options.log,
  })
  const listening = makeServer({
    handler: workstation.handler,
    guard: () => ({ token: options.token, hosts: [host] }),
    headers: () => ({}),
  })
  try {
    await workstation.workbench.reopen()
    await new Promise<void>((resolve, reject) => {
      listening.server.once('error', reject)
      listening.server.listen(options.socket, resolve)
    })
    if (process.platform !== 'win32') chmodSync(options.socket, 0o600)
  } catch (error) {
    await workstation.close()
    throw error
  }
  return {
    workstation,
    close: async () => {
      await listening.close()
      await workstation.close()
    },
  }
}

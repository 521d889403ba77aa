import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { ComputePool } from '../compute/task.ts'
import { pageHeaders, pageServer, withPageHeaders } from '../shared/shell/page.ts'
import { loopbackHosts } from './guard.ts'
import { makeServer } from './listen.ts'
import { createWorkstation, programFolder, type Workstation } from './workstation.ts'

export interface ServeOptions {
  /** Port on 127.0.0.1; default: a free one. */
  readonly port?: number
  /** A further port under which the browser sees this one (SSH forwarding). */
  readonly forwardedPort?: number
  /** Folders the page may read from and create projects in. */
  readonly roots: readonly string[]
  readonly dataFolder: string
  /** The built page; default: out/renderer of the program. */
  readonly rendererFolder?: string
  /** Project to open at start. */
  readonly project?: string
  readonly pool?: ComputePool
  readonly log?: (line: string) => void
}

export interface Served {
  /** With the token in the fragment, which browsers never send. */
  readonly url: string
  readonly token: string
  readonly port: number
  readonly workstation: Workstation
  /** Ends streams and work, closes the project into one file, ends the compute processes. */
  close(): Promise<void>
}

/**
 * The workstation on the loopback address: 127.0.0.1 only, exact Host and Origin, a token of 256 random
 * bits, no cookies, no CORS.
 */
export async function serveLoopback(options: ServeOptions): Promise<Served> {
  const token = randomBytes(32).toString('hex')
  const workstation = createWorkstation({
    shell: 'host',
    dataFolder: options.dataFolder,
    roots: options.roots,
    pool: options.pool,
    log: options.log,
  })
  const page = pageServer(options.rendererFolder ?? path.join(programFolder(), 'out/renderer'))
  let hosts: string[] = []
  const listening = makeServer({
    handler: async (request) => {
      const { pathname } = new URL(request.url)
      if (pathname !== '/api' && !pathname.startsWith('/api/')) return page(request)
      return withPageHeaders(await workstation.handler(request))
    },
    guard: () => ({ token, hosts }),
    headers: () => pageHeaders(''),
  })
  try {
    await new Promise<void>((resolve, reject) => {
      listening.server.once('error', reject)
      listening.server.listen(options.port ?? 0, '127.0.0.1', resolve)
    })
    const { port } = listening.server.address() as AddressInfo
    hosts = loopbackHosts(options.forwardedPort === undefined ? [port] : [port, options.forwardedPort])
    if (options.project !== undefined) await workstation.workbench.open(path.resolve(options.project), {})
    return {
      url: `http://127.0.0.1:${port}/#token=${token}`,
      token,
      port,
      workstation,
      close: async () => {
        await listening.close()
        await workstation.close()
      },
    }
  } catch (error) {
    await listening.close()
    await workstation.close()
    throw error
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Job } from '../../main/shared/domain/job.ts'

const program = path.resolve(import.meta.dirname, '../..')

/** A folder of its own below the system's temporary folder, removed with everything in it. */
export async function temporaryFolder(name: string): Promise<{ path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), `saliscope-${name}-`))
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) }
}

/** `saliscope serve` in a process of its own, spoken to as the page does. */
export class ServedWorkstation {
  readonly url: string
  readonly #origin: string
  readonly #token: string
  readonly #child: ChildProcess
  readonly #log: string[]

  constructor(child: ChildProcess, ready: { url: string; token: string; port: number }, log: string[]) {
    this.#child = child
    this.url = ready.url
    this.#origin = `http://127.0.0.1:${ready.port}`
    this.#token = ready.token
    this.#log = log
  }

  /** What the process wrote to its log: empty unless something unforeseen happened. */
  get log(): readonly string[] {
    return this.#log
  }

  async fetch(route: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('Authorization', `Bearer ${this.#token}`)
    return fetch(`${this.#origin}${route}`, { ...init, headers })
  }

  async get<T>(route: string): Promise<T> {
    return answered<T>(await this.fetch(route), route)
  }

  async bytes(route: string): Promise<Uint8Array> {
    const response = await this.fetch(route)
    if (!response.ok) throw new Error(`${route} answered ${response.status}: ${await response.text()}`)
    return new Uint8Array(await response.arrayBuffer())
  }

  async send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', route: string, body: unknown = {}): Promise<T> {
    const init = { method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }
    return answered<T>(await this.fetch(route, init), `${method} ${route}`)
  }

  /** Starts long work and waits for its end. */
  async job(route: string, body: unknown): Promise<Job> {
    const { jobId } = await this.send<{ jobId: string }>('POST', route, body)
    return this.ended(jobId)
  }

  async ended(jobId: string, limitMs = 180_000): Promise<Job> {
    const until = Date.now() + limitMs
    for (;;) {
      const job = await this.get<Job>(`/api/jobs/${jobId}`)
      if (!['waiting', 'running'].includes(job.state)) return job
      if (Date.now() > until) throw new Error(`“${job.title}” is still ${job.state} after ${limitMs / 1000} s.`)
      await pause(50)
    }
  }

  /** The end that no program can prepare for. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Ctrl+C. */
  async stop(): Promise<void> {
    await this.#end('SIGINT')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()))
    this.#child.kill(signal)
    await gone
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function answered<T>(response: Response, what: string): Promise<T> {
  const text = await response.text()
  if (!response.ok) throw new Error(`${what} answered ${response.status}: ${text}`)
  return (text === '' ? null : JSON.parse(text)) as T
}

/** Starts the workstation; `root` is the folder its page may read, `data` its own state. Stop it in a `finally`. */
export async function serve(options: { root: readonly string[]; data: string }): Promise<ServedWorkstation> {
  const words = ['serve', '--json', '--data', options.data, ...options.root.flatMap((root) => ['--root', root])]
  const child = spawn(process.execPath, [path.join(program, 'main/cli/index.ts'), ...words], {
    cwd: options.root[0],
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line))
  const ready = await new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`The workstation ended with ${code}: ${log.join('\n')}`)))
    createInterface({ input: child.stdout }).once('line', resolve)
  })
  return new ServedWorkstation(child, JSON.parse(ready) as { url: string; token: string; port: number }, log)
}

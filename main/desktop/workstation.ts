import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { FromWorkstation, ToWorkstation } from '../shared/shell/workstation-protocol.ts'
import { DeathCount } from './death-count.ts'

export interface WorkstationOptions {
  readonly nodePath: string
  readonly entry: string
  readonly userData: string
  /** Called when the process died twice within a minute: time for a question, not a loop. `start` begins anew. */
  onGivingUp(message: string): void
  onLog(line: string): void
}

const KILL_AFTER_MS = 500
const CLOSE_WITHIN_MS = 5000

/**
 * The one child of the shell: the workstation process under the program's own Node. Started again when it dies; twice
 * within a minute is reported instead. Its socket lies in a folder of mode 0700 with a random name.
 */
export class Workstation {
  readonly token = randomBytes(32).toString('hex')
  private readonly options: WorkstationOptions
  private readonly folder: string
  private child: ChildProcess | null = null
  private listening: string | null = null
  private firstStart: Promise<void> | null = null
  private closing = false
  private failure = ''
  private readonly deaths = new DeathCount()
  private grants: ToWorkstation[] = []

  constructor(options: WorkstationOptions) {
    this.options = options
    mkdirSync(options.userData, { recursive: true })
    this.folder = mkdtempSync(path.join(os.tmpdir(), 'saliscope-'))
  }

  /**
   * Address of the running process, or null while it starts again. The very first start is waited for: the window is open
   * before it, and what a user does at once shall not fail.
   */
  async socket(): Promise<string | null> {
    await this.firstStart
    return this.listening
  }

  /** Starts the process; rejects when it ends before it is ready, and is started again all the same. */
  start(): Promise<void> {
    const ready = this.launch()
    this.firstStart ??= ready.catch(() => {}) // told to the caller of start
    return ready
  }

  private launch(): Promise<void> {
    this.failure = ''
    const socket =
      process.platform === 'win32'
        ? `\\\\.\\pipe\\saliscope-${randomBytes(16).toString('hex')}`
        : path.join(this.folder, `${randomBytes(8).toString('hex')}.sock`)
    const child = fork(this.options.entry, [], {
      execPath: this.options.nodePath,
      execArgv: [],
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.child = child
    child.stdout?.on('data', (bytes) => this.options.onLog(String(bytes)))
    child.stderr?.on('data', (bytes) => this.options.onLog(String(bytes)))
    return new Promise((resolve, reject) => {
      child.on('message', (message: FromWorkstation) => {
        if (message.kind === 'ready') {
          this.listening = socket
          for (const grant of this.grants) child.send(grant)
          resolve()
        } else if (message.kind === 'failed') this.failure = message.message
      })
      child.on('error', reject)
      child.on('exit', (code, signal) => {
        this.listening = null
        this.child = null
        const cause = this.failure || `it ended with ${signal === null ? `exit code ${code}` : `signal ${signal}`}`
        reject(new Error(`The workstation process was not ready: ${cause}`))
        if (!this.closing) this.revive(cause)
      })
      this.send({ kind: 'start', token: this.token, socket, userData: this.options.userData })
    })
  }

  /** Tells the process what a handle stands for; kept for a restarted one. */
  grant(handle: string, file: string, mode: 'read' | 'write'): void {
    const message: ToWorkstation = { kind: 'grant', handle, path: file, mode }
    this.grants.push(message)
    if (this.listening !== null) this.send(message)
  }

  /** Asks for a clean close, waits up to five seconds, then ends it. */
  async close(): Promise<void> {
    this.closing = true
    const child = this.child
    if (child !== null && child.exitCode === null) {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      this.send({ kind: 'close' })
      await Promise.race([ended, delay(CLOSE_WITHIN_MS)])
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM')
        await Promise.race([ended, delay(KILL_AFTER_MS)])
        child.kill('SIGKILL')
      }
    }
    rmSync(this.folder, { recursive: true, force: true })
  }

  private revive(cause: string): void {
    if (this.deaths.isSecond())
      this.options.onGivingUp(`The workstation process ended twice within a minute: ${cause}.`)
    else this.start().catch((error: Error) => this.options.onLog(`${error.message}\n`))
  }

  private send(message: ToWorkstation): void {
    this.child?.send(message)
  }
}

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Electron's own variables must not reach Node. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('ELECTRON_') && name !== 'NODE_OPTIONS'),
  )
}

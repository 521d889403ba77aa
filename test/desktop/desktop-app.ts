import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { findElectron } from '../../bin/electron-binary.mjs'
import type { Job } from '../../main/shared/domain/job.ts'
import { keepPicture } from '../browser/pictures.ts'
import { hasDisplay } from './display.ts'

export const root = path.resolve(import.meta.dirname, '../..')
const binary = findElectron(root)

/** Why the desktop cannot be tried on this machine, or null. */
export const missing: string | null =
  binary === null
    ? 'no Electron binary: set ELECTRON_OVERRIDE_DIST_PATH, or run npx install-electron'
    : hasDisplay()
      ? null
      : 'no display, and no Xvfb to make one'

export interface DesktopApp {
  readonly electron: ElectronApplication
  readonly page: Page
  /** Hosts the window asked for anything, by scheme and name. */
  readonly hosts: ReadonlySet<string>
  /** Lines of the shell and its workstation process. */
  readonly log: readonly string[]
}

/**
 * On a virtual screen Electron 25 now and then never starts its graphics process, and the page waits for it for ever with all its
 * files answered (3 of 190 starts; none of 100 with this switch). Machines with a screen of their own run as users run them.
 */
const withoutGraphicsCard = process.platform === 'linux' && !process.env['DISPLAY'] ? ['--in-process-gpu'] : []

/** Starts the bundled desktop with a private data folder. Close `electron` in a `finally`. */
export async function startDesktop(
  dataFolder: string,
  display: string | undefined,
  switches: readonly string[] = [],
): Promise<DesktopApp> {
  if (binary === null) throw new Error('No Electron binary.')
  // Root may not use Chromium's sandbox on Linux; everywhere else the window runs as users run it.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const electron = await _electron.launch({
    executablePath: binary,
    args: [root, ...asRoot, ...withoutGraphicsCard, ...switches],
    cwd: root,
    env: {
      ...(process.env as Record<string, string>),
      ...(display === undefined ? {} : { DISPLAY: display }),
      SALISCOPE_TEST: '1',
      SALISCOPE_USER_DATA: dataFolder,
    },
    timeout: 60_000,
  })
  const log: string[] = []
  electron.process().stderr?.on('data', (bytes: Buffer) => log.push(bytes.toString()))
  const page = await electron.firstWindow({ timeout: 60_000 })
  const hosts = new Set<string>()
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    if (protocol !== 'blob:' && protocol !== 'data:') hosts.add(`${protocol}//${hostname}`)
  })
  page.on('console', (message) => log.push(`page: ${message.text()}\n`))
  page.on('requestfailed', (request) => log.push(`failed: ${request.url()} ${request.failure()?.errorText}\n`))
  try {
    await page.getByRole('heading').first().waitFor({ timeout: 60_000 })
  } catch (error) {
    await keepPicture(page, 'desktop-without-heading').catch(() => undefined) // the words below tell as much
    await electron.close()
    throw new Error(`The window at ${page.url()} shows no heading:\n${log.join('')}`, { cause: error })
  }
  return { electron, page, hosts, log }
}

/** Answers the next dialogs without showing them: what a user would have chosen. */
export async function answerDialogs(
  electron: ElectronApplication,
  answers: { readonly open?: readonly string[]; readonly save?: string },
): Promise<void> {
  await electron.evaluate(
    ({ dialog }, { open, save }) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: open === undefined, filePaths: [...(open ?? [])] })
      dialog.showSaveDialog = () => Promise.resolve({ canceled: save === undefined, filePath: save ?? '' })
    },
    { open: answers.open, save: answers.save },
  )
}

export interface RunningProcess {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

export function processes(): RunningProcess[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8', maxBuffer: 2 ** 24 })
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)
    return match === null ? [] : [{ pid: Number(match[1]), parent: Number(match[2]), command: match[3] }]
  })
}

/** Number of the workstation process, or null while there is none. */
export function workstationPid({ electron }: DesktopApp): number | null {
  const shell = electron.process().pid
  const found = processes().find(({ parent, command }) => parent === shell && /main[\\/]host[\\/]index/.test(command))
  return found?.pid ?? null
}

/** One request as the page makes it; throws what the workstation answered to a refused one. */
export function ask<T>({ page }: DesktopApp, method: string, route: string, body?: unknown): Promise<T> {
  return page.evaluate(
    async ({ method, route, text }) => {
      const headers = { 'Content-Type': 'application/json' }
      const answer = await fetch(route, text === undefined ? { method } : { method, body: text, headers })
      const content = await answer.text()
      if (!answer.ok) throw new Error(`${method} ${route} answered ${answer.status}: ${content}`)
      return content === '' ? undefined : JSON.parse(content)
    },
    { method, route, text: body === undefined ? undefined : JSON.stringify(body) },
  ) as Promise<T>
}

/** Starts long work and waits for its end. */
export async function finished(app: DesktopApp, route: string, body: unknown): Promise<Job> {
  const { jobId } = await ask<{ jobId: string }>(app, 'POST', route, body)
  for (;;) {
    const job = await ask<Job>(app, 'GET', `/api/jobs/${jobId}`)
    if (!['waiting', 'running'].includes(job.state)) return job
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** What a dialog of the shell gives the page: a handle, never a path. */
export function pick(app: DesktopApp, call: 'pickFolder' | 'pickSaveTarget', kind: string): Promise<string> {
  return app.page.evaluate(
    async ({ call, kind }) => {
      const shell = (window as unknown as { saliscopeShell: Record<string, (...words: string[]) => Promise<unknown>> })
        .saliscopeShell
      const chosen = await shell[call](kind, 'name')
      return ((Array.isArray(chosen) ? chosen[0] : chosen) as { handle: string }).handle
    },
    { call, kind },
  )
}

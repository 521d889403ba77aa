import path from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { findElectron } from '../../bin/electron-binary.mjs'
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

/** Starts the bundled desktop with a private data folder. Close `electron` in a `finally`. */
export async function startDesktop(dataFolder: string, display: string | undefined): Promise<DesktopApp> {
  if (binary === null) throw new Error('No Electron binary.')
  // Root may not use Chromium's sandbox on Linux; everywhere else the window runs as users run it.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const electron = await _electron.launch({
    executablePath: binary,
    args: [root, ...asRoot],
    cwd: root,
    env: {
      ...(process.env as Record<string, string>),
      ...(display === undefined ? {} : { DISPLAY: display }),
      SALISCOPE_TEST: '1',
      SALISCOPE_USER_DATA: dataFolder,
    },
    timeout: 120_000,
  })
  const log: string[] = []
  electron.process().stderr?.on('data', (bytes: Buffer) => log.push(bytes.toString()))
  const page = await electron.firstWindow({ timeout: 120_000 })
  const hosts = new Set<string>()
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    if (protocol !== 'blob:' && protocol !== 'data:') hosts.add(`${protocol}//${hostname}`)
  })
  await page.getByRole('heading').first().waitFor({ timeout: 120_000 })
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

/** Number of the workstation process, or null while there is none. */
export function workstationPid(electron: ElectronApplication): Promise<number | null> {
  return electron.evaluate(() => {
    const { saliscopeWorkstation } = globalThis as { saliscopeWorkstation?: { pid(): number | undefined } }
    return saliscopeWorkstation?.pid() ?? null
  })
}

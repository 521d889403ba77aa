import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHANNELS } from '../../main/shared/shell/surface.ts'
import { temporaryFolder } from '../browser/workstation.ts'
import { type DesktopApp, missing, root, startDesktop } from './desktop-app.ts'
import { type Display, openDisplay } from './display.ts'

describe.skipIf(missing !== null)(`the desktop’s shell${missing === null ? '' : ` (${missing})`}`, () => {
  let display: Display
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let app: DesktopApp
  beforeAll(async () => {
    display = await openDisplay()
    folder = await temporaryFolder('desktop')
    app = await startDesktop(folder.path, display.name)
  })
  afterAll(async () => {
    await app?.electron.close()
    display?.close()
    await folder?.remove()
  })

  it('serves page and API under its own scheme, with a strict policy', async () => {
    expect(new URL(app.page.url()).protocol).toBe('app:')
    const session = await app.page.evaluate(async () => {
      const response = await fetch('/api/session')
      return { status: response.status, body: (await response.json()) as { shell: string } }
    })
    expect(session.status).toBe(200)
    expect(session.body.shell).toBe('desktop')
    const policy = await app.page.evaluate(async () => (await fetch('/')).headers.get('content-security-policy') ?? '')
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain("'unsafe-eval'")
  })

  it('hands out nothing beside its bundle', async () => {
    const statuses = await app.page.evaluate(async () => {
      const ask = async (path: string) => (await fetch(path)).status
      return [await ask('/../package.json'), await ask('/..%2f..%2fpackage.json'), await ask('/assets/none.js')]
    })
    for (const status of statuses) expect(status).toBeGreaterThanOrEqual(400)
  })

  it('gives the page four functions and its platform, and nothing of Node', async () => {
    const surface = await app.page.evaluate(() => ({
      keys: Object.keys((window as unknown as { saliscopeShell: object }).saliscopeShell).sort(),
      node: [
        typeof (globalThis as { require?: unknown }).require,
        typeof (globalThis as { process?: unknown }).process,
      ],
    }))
    expect(surface.keys).toEqual(['handleOfDropped', 'pickFiles', 'pickFolder', 'pickSaveTarget', 'platform'])
    expect(surface.keys).toHaveLength(Object.keys(CHANNELS).length + 1)
    expect(surface.node).toEqual(['undefined', 'undefined'])
  })

  it('opens no second window, goes nowhere else, gives no permission, reaches no other host', async () => {
    const result = await app.page.evaluate(async () => {
      const opened = window.open('https://example.com/') === null
      const reached = await fetch('https://example.com/').then(
        () => true,
        () => false,
      )
      const { state } = await navigator.permissions.query({ name: 'geolocation' })
      location.href = 'https://example.com/'
      await new Promise((resolve) => setTimeout(resolve, 500))
      return { opened, reached, state, protocol: location.protocol }
    })
    expect(result).toEqual({ opened: true, reached: false, state: 'denied', protocol: 'app:' })
    expect(app.electron.windows()).toHaveLength(1)
    const answered = [...app.hosts].filter((host) => !host.startsWith('app:'))
    // The refused attempts of this very test; nothing else was ever asked for.
    expect(answered.every((host) => host === 'https://example.com')).toBe(true)
  })

  it('brings the first window forward instead of starting a second program', async () => {
    const first = app.electron.process()
    const second = spawn(first.spawnfile, [root, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])], {
      env: { ...process.env, DISPLAY: display.name, SALISCOPE_TEST: '1', SALISCOPE_USER_DATA: folder.path },
      stdio: 'ignore',
    })
    const code = await new Promise((resolve) => second.once('exit', resolve))
    expect(code).toBe(0)
    expect(first.exitCode).toBeNull()
  })
})

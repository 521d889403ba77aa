import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHANNELS } from '../../main/shared/shell/surface.ts'
import { temporaryFolder } from '../browser/workstation.ts'
import { ask, type DesktopApp, missing, root, startDesktop } from './desktop-app.ts'
import { type Display, openDisplay } from './display.ts'
import { connectionsIn } from './net-log.ts'

describe.skipIf(missing !== null)('the desktop’s shell', { meta: { reason: missing ?? '' } }, () => {
  let display: Display
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let app: DesktopApp
  let netLog: string
  beforeAll(async () => {
    display = await openDisplay()
    folder = await temporaryFolder('desktop')
    netLog = path.join(folder.path, 'net-log.json')
    app = await startDesktop(path.join(folder.path, 'state'), display.name, [`--log-net-log=${netLog}`])
  })
  afterAll(async () => {
    await app?.electron.close().catch(() => undefined) // the last test has closed it
    display?.close()
    await folder?.remove()
  })

  it('serves page and API under its own scheme, with a strict policy on both', async () => {
    expect(app.page.url()).toMatch(/^app:\/\/saliscope\//)
    const [page, session] = await app.page.evaluate(async () => {
      const ask = async (path: string) => {
        const { status, headers } = await fetch(path)
        return { status, headers: Object.fromEntries(headers) as Record<string, string> }
      }
      return [await ask('/'), await ask('/api/session')]
    })
    for (const { status, headers } of [page, session]) {
      expect(status).toBe(200)
      expect(headers['content-security-policy']).toMatch(/^default-src 'none';/)
      expect(headers['content-security-policy']).not.toMatch(/'unsafe-eval'|'unsafe-inline'|https?:/)
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['cache-control']).toBe('no-store')
    }
    expect((await ask<{ shell: string }>(app, 'GET', '/api/session')).shell).toBe('desktop')
  })

  it('refuses other origins and other hosts of the scheme', async () => {
    const statuses = await app.electron.evaluate(async ({ session }) => {
      const ask = async (address: string, origin?: string) =>
        (await session.defaultSession.fetch(address, { headers: origin === undefined ? {} : { Origin: origin } }))
          .status
      return [
        await ask('app://saliscope/api/session', 'https://example.com'),
        await ask('app://saliscope/api/session', 'app://elsewhere'),
        await ask('app://elsewhere/api/session'),
        await ask('app://saliscope/api/session'),
      ]
    })
    expect(statuses).toEqual([403, 403, 404, 200])
  })

  it('lets the page frame, embed, evaluate and download nothing', async () => {
    const result = await app.page.evaluate(async () => {
      const violations: string[] = []
      document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective))
      const frame = document.createElement('iframe')
      frame.src = 'data:text/html,<script>parent.saliscopeShell</script>'
      const picture = new Image()
      picture.src = 'https://example.com/picture.png'
      document.body.append(frame, picture)
      const script = document.createElement('script')
      script.textContent = 'window.ran = true'
      document.body.append(script)
      // In a task of its own: what the debugger evaluates itself is exempt from the policy.
      const evaluated = await new Promise((resolve) =>
        setTimeout(() => {
          try {
            resolve(new Function('return true')())
          } catch {
            resolve(false)
          }
        }, 0),
      )
      const link = document.createElement('a')
      link.href = URL.createObjectURL(new Blob(['x']))
      link.download = 'x.txt'
      link.click()
      await new Promise((resolve) => setTimeout(resolve, 300))
      for (const element of [frame, picture, script]) element.remove()
      return { evaluated, ran: 'ran' in window, violations: [...new Set(violations)].sort() }
    })
    expect(result).toEqual({
      evaluated: false,
      ran: false,
      violations: ['frame-src', 'img-src', 'script-src', 'script-src-elem'],
    })
    expect(await readdir(folder.path)).not.toContain('x.txt')
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

  it('opens no second window and goes nowhere else', async () => {
    const result = await app.page.evaluate(async () => {
      const opened = [window.open('https://example.com/'), window.open('/'), window.open('about:blank')]
      location.href = 'https://example.com/'
      await new Promise((resolve) => setTimeout(resolve, 300))
      location.href = 'file:///etc/passwd'
      await new Promise((resolve) => setTimeout(resolve, 300))
      return { opened, address: location.protocol }
    })
    expect(result).toEqual({ opened: [null, null, null], address: 'app:' })
    expect(app.electron.windows()).toHaveLength(1)
  })

  it('gives no permission and reaches no other host', async () => {
    const result = await app.page.evaluate(async () => {
      const failed = (promise: Promise<unknown>) =>
        promise.then(
          () => false,
          () => true,
        )
      const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi']
      const states = await Promise.all(
        names.map(async (name) => (await navigator.permissions.query({ name: name as PermissionName })).state),
      )
      return {
        states: [...new Set(states)],
        camera: await failed(navigator.mediaDevices.getUserMedia({ video: true })),
        screen: await failed(navigator.mediaDevices.getDisplayMedia()),
        place: await failed(new Promise((yes, no) => navigator.geolocation.getCurrentPosition(yes, no))),
        fetched: await failed(fetch('https://example.com/')),
        socket: await new Promise((resolve) => {
          try {
            const socket = new WebSocket('wss://example.com/')
            socket.onerror = () => resolve(true)
            socket.onopen = () => resolve(false)
          } catch {
            resolve(true)
          }
        }),
      }
    })
    expect(result).toEqual({ states: ['denied'], camera: true, screen: true, place: true, fetched: true, socket: true })
  })

  it('brings the first window forward instead of starting a second program', async () => {
    const first = app.electron.process()
    const second = spawn(first.spawnfile, [root, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])], {
      env: {
        ...process.env,
        DISPLAY: display.name,
        SALISCOPE_TEST: '1',
        SALISCOPE_USER_DATA: path.join(folder.path, 'state'),
      },
      stdio: 'ignore',
    })
    const code = await new Promise((resolve) => second.once('exit', resolve))
    expect(code).toBe(0)
    expect(first.exitCode).toBeNull()
  })

  it('looked up no name and connected to nothing in all that time, by the network’s own log', async () => {
    await app.electron.close()
    expect(await connectionsIn(netLog)).toEqual([])
  })
})

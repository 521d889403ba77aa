import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ScanReport } from '../../main/shared/domain/import.ts'
import type { Mask } from '../../main/shared/domain/mask.ts'
import { keepPicture } from '../browser/pictures.ts'
import { writeFilm } from '../browser/study-files.ts'
import { temporaryFolder } from '../browser/workstation.ts'
import {
  answerDialogs,
  ask,
  type DesktopApp,
  finished,
  missing,
  pick,
  processes,
  startDesktop,
  workstationPid,
} from './desktop-app.ts'
import { type Display, openDisplay } from './display.ts'

interface Session {
  readonly project: { readonly name: string; readonly state: string } | null
}

describe.skipIf(missing !== null)('deaths on the desktop', { meta: { reason: missing ?? '' } }, () => {
  let display: Display
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let app: DesktopApp
  let project: string
  let state: string
  let count = 0
  const openProject = async (): Promise<string | undefined> =>
    (await ask<Session>(app, 'GET', '/api/session').catch(() => null))?.project?.name

  beforeAll(async () => {
    display = await openDisplay()
    folder = await temporaryFolder('desktop-deaths')
    await mkdir(path.join(folder.path, 'films'))
    await writeFilm(path.join(folder.path, 'films'), 1)
  })
  /** Each death in a program of its own, with a project open. */
  beforeEach(async () => {
    count++
    state = path.join(folder.path, `state-${count}`)
    project = path.join(folder.path, `study-${count}.saliscope`)
    app = await startDesktop(state, display.name)
    const shell = app.electron.process()
    await answerDialogs(app.electron, { save: project, open: [path.join(folder.path, 'films')] })
    const target = await pick(app, 'pickSaveTarget', 'project')
    await ask(app, 'POST', '/api/projects', { target, name: 'Deaths' })
    return async () => {
      if (shell.exitCode === null && shell.signalCode === null) await app.electron.close()
    }
  })
  afterAll(async () => {
    display?.close()
    await folder?.remove()
  })

  it('lose no acknowledged stroke, and the window says what happens', async () => {
    const mask = await newMask(app)
    const strokes = paint(app, mask.id)
    await expect.poll(() => acknowledged(app)).toBeGreaterThan(20)
    const before = workstationPid(app)
    if (before !== null) process.kill(before, 'SIGKILL')
    const kept = await strokes
    await app.page.getByText('Reconnecting').waitFor({ timeout: 20_000 })
    await keepPicture(app.page, 'desktop-reconnecting')
    await expect.poll(openProject).toBe('Deaths')
    expect(workstationPid(app)).not.toBe(before)
    await app.page.getByText('Reconnecting').waitFor({ state: 'detached', timeout: 20_000 })
    const voxels = await app.page.evaluate(
      async (id) => [
        ...new Uint8Array(await (await fetch(`/api/masks/${id}/voxels`)).arrayBuffer()).subarray(0, 10_000),
      ],
      mask.id,
    )
    // Stroke n wrote voxel n. The one under way when the process died may be there or not; none in front of it is missing.
    const written = voxels.lastIndexOf(1) + 1
    expect(voxels.slice(0, written)).toEqual(Array(written).fill(1))
    expect(written - kept).toBeGreaterThanOrEqual(0)
    expect(written - kept).toBeLessThanOrEqual(1)
  })

  it('twice within a minute lead to a question, not to a loop; the answer starts the process again', async () => {
    await app.electron.evaluate(({ dialog }) => {
      const asked: string[] = []
      Object.assign(globalThis, { asked })
      dialog.showMessageBox = ((options: { message: string }) => {
        asked.push(options.message)
        return new Promise((resolve) => Object.assign(globalThis, { answer: resolve }))
      }) as unknown as typeof dialog.showMessageBox
    })
    const questions = () => app.electron.evaluate(() => (globalThis as unknown as { asked: string[] }).asked)
    for (let n = 0; n < 2; n++) {
      await expect.poll(openProject).toBe('Deaths')
      const pid = workstationPid(app)
      if (pid !== null) process.kill(pid, 'SIGKILL')
      await expect.poll(() => workstationPid(app)).not.toBe(pid)
    }
    await expect.poll(questions).toHaveLength(1)
    expect((await questions())[0]).toMatch(/ended twice within a minute.*SIGKILL/)
    expect(workstationPid(app)).toBeNull()
    const refused = await app.page.evaluate(async () => {
      const answer = await fetch('/api/session')
      return { status: answer.status, retry: answer.headers.get('retry-after') }
    })
    expect(refused).toEqual({ status: 503, retry: '1' })
    await app.electron.evaluate(() =>
      (globalThis as unknown as { answer: (value: { response: number }) => void }).answer({ response: 0 }),
    )
    await expect.poll(openProject).toBe('Deaths')
    expect(await questions()).toHaveLength(1)
  })

  it('of the page’s own process are followed by a fresh page on the same project', async () => {
    const text = () =>
      app.electron.evaluate(({ BrowserWindow }) => {
        const { webContents } = BrowserWindow.getAllWindows()[0]
        return webContents.isCrashed() ? '' : webContents.executeJavaScript('document.body.innerText')
      })
    await app.electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0].webContents.forcefullyCrashRenderer(),
    )
    await expect.poll(() => app.log.join('')).toMatch(/window's process ended/)
    await expect.poll(text).toContain('Deaths')
  })

  it('of the whole shell close the project into one file and leave no process behind', async () => {
    const workstation = workstationPid(app)
    await finished(app, '/api/import/scans', { sources: [await pick(app, 'pickFolder', 'images')] })
    const below = processes().filter(({ parent }) => parent === workstation)
    expect(below.length).toBeGreaterThan(0)
    expect(existsSync(`${project}.lock`)).toBe(true)
    app.electron.process().kill('SIGKILL')
    const left = [workstation, ...below.map(({ pid }) => pid)]
    await expect.poll(() => processes().filter(({ pid }) => left.includes(pid)).length).toBe(0)
    for (const ending of ['.lock', '-wal', '-shm']) expect(existsSync(project + ending)).toBe(false)
  })

  it('are not needed: closing the window closes the project into one file', async () => {
    const pid = workstationPid(app)
    const shell = app.electron.process()
    const ended = new Promise((resolve) => shell.once('exit', resolve))
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].close()).catch(() => undefined)
    expect(await ended).toBe(0)
    expect(processes().some((one) => one.pid === pid)).toBe(false)
    for (const ending of ['.lock', '-wal', '-shm']) expect(existsSync(project + ending)).toBe(false)
  })
})

/** An imported film with an empty mask. */
async function newMask(app: DesktopApp): Promise<Mask> {
  const source = await pick(app, 'pickFolder', 'images')
  const scan = await finished(app, '/api/import/scans', { sources: [source] })
  const report = await ask<ScanReport>(app, 'GET', `/api/import/scans/${String(scan.result?.['scanId'])}`)
  const job = await finished(app, `/api/import/scans/${report.id}/accept`, {
    keys: report.series.map(({ key }) => key),
  })
  const volumeIds = (job.result?.['volumeIds'] ?? []) as string[]
  const segment = { value: 1, name: 'Nodule', colour: '#56b4e9', visible: true, locked: false, notes: '' }
  return ask<Mask>(app, 'POST', '/api/masks', {
    volumeId: volumeIds[0],
    reader: 'Reader 1',
    segments: [{ ...segment, status: 'completed' }],
  })
}

/** Sends strokes of one voxel each until one is not acknowledged; answers how many were. */
function paint({ page }: DesktopApp, id: string): Promise<number> {
  return page.evaluate(async (mask) => {
    const count = window as unknown as { acknowledged: number }
    count.acknowledged = 0
    for (;;) {
      const i = count.acknowledged
      const head = JSON.stringify({
        box: [i % 512, (i % 512) + 1, Math.floor(i / 512), Math.floor(i / 512) + 1, 0, 1],
        sequence: i + 1,
      })
      const answer = await fetch(`/api/masks/${mask}/strokes`, {
        method: 'POST',
        body: new TextEncoder().encode(`${head}\n\u0001`),
        headers: { 'Content-Type': 'application/octet-stream' },
      }).catch(() => null)
      if (answer?.status !== 200) return i
      count.acknowledged = i + 1
    }
  }, id)
}

const acknowledged = ({ page }: DesktopApp): Promise<number> =>
  page.evaluate(() => (window as unknown as { acknowledged: number }).acknowledged)

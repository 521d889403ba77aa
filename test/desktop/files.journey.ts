import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeFilm } from '../browser/study-files.ts'
import { temporaryFolder } from '../browser/workstation.ts'
import { answerDialogs, type DesktopApp, missing, startDesktop, workstationPid } from './desktop-app.ts'
import { type Display, openDisplay } from './display.ts'

interface Session {
  readonly project: { readonly name: string; readonly counts: { readonly studies: number } } | null
}

describe.skipIf(missing !== null)('files on the desktop', { meta: { reason: missing ?? '' } }, () => {
  let display: Display
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let app: DesktopApp
  const session = () => app.page.evaluate(async () => (await fetch('/api/session')).json() as Promise<Session>)
  beforeAll(async () => {
    display = await openDisplay()
    folder = await temporaryFolder('desktop-files')
    for (const name of ['films', 'more']) await mkdir(path.join(folder.path, name))
    await writeFilm(path.join(folder.path, 'films'), 1)
    await writeFilm(path.join(folder.path, 'more'), 2)
    app = await startDesktop(path.join(folder.path, 'state'), display.name)
  })
  afterAll(async () => {
    await app?.electron.close()
    display?.close()
    await folder?.remove()
  })

  it('makes a project where the save dialog said', async () => {
    const file = path.join(folder.path, 'study.saliscope')
    await answerDialogs(app.electron, { save: file })
    await app.page.getByRole('button', { name: 'New project' }).first().click()
    await app.page.getByLabel('Name').fill('Desktop study')
    await app.page.getByRole('button', { name: 'Create project' }).click()
    await app.page.waitForURL(/worklist/)
    expect((await stat(file)).size).toBeGreaterThan(0)
  })

  it('imports the folder picked in a dialog, and what is dropped on the window', async () => {
    await answerDialogs(app.electron, { open: [path.join(folder.path, 'films')] })
    await app.page.evaluate(() => {
      history.pushState(null, '', '/import')
      dispatchEvent(new PopStateEvent('popstate'))
    })
    await app.page
      .getByRole('button', { name: /folder/i })
      .first()
      .click()
    await app.page.getByRole('button', { name: 'Import 1 series' }).click()
    await expect.poll(async () => (await session()).project?.counts.studies).toBe(1)

    await app.page.evaluate(() => {
      history.pushState(null, '', '/import')
      dispatchEvent(new PopStateEvent('popstate'))
    })
    await drop(app, path.join(folder.path, 'more'))
    await app.page.getByRole('button', { name: 'Import 1 series' }).click()
    await expect.poll(async () => (await session()).project?.counts.studies).toBe(2)
  })

  it('starts the workstation process again when it is killed, with the project as it was', async () => {
    const before = workstationPid(app)
    expect(before).not.toBeNull()
    if (before !== null) process.kill(before, 'SIGKILL')
    await expect.poll(() => workstationPid(app)).not.toBe(before)
    await expect.poll(async () => (await session().catch(() => null))?.project?.counts.studies).toBe(2)
    await expect.poll(() => app.page.getByText('Desktop study').first().isVisible()).toBe(true)
  })

  it('saves a table whole at the place the dialog gave', async () => {
    const file = path.join(folder.path, 'measurements.csv')
    await answerDialogs(app.electron, { save: file })
    const target = await app.page.evaluate(async () => {
      const shell = (
        window as unknown as {
          saliscopeShell: { pickSaveTarget(kind: string, name: string): Promise<{ handle: string } | null> }
        }
      ).saliscopeShell
      const chosen = await shell.pickSaveTarget('table', 'measurements.csv')
      const table = await (await fetch('/api/measurements.csv')).arrayBuffer()
      const headers = { 'Content-Type': 'application/octet-stream' }
      const answer = await fetch(`/api/saves?target=${chosen?.handle}`, { method: 'POST', body: table, headers })
      return { status: answer.status, bytes: table.byteLength }
    })
    expect(target.status).toBe(201)
    expect((await readFile(file)).byteLength).toBe(target.bytes)
    expect((await readdir(folder.path)).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it('asked nothing of any other host', () => {
    expect([...app.hosts]).toEqual(['app://saliscope'])
  })
})

/** Drops a real path on the middle of the window, as the system's file manager would. */
async function drop({ page }: DesktopApp, file: string): Promise<void> {
  const cdp = await page.context().newCDPSession(page)
  const at = await page.evaluate(() => ({ x: innerWidth / 2, y: innerHeight / 2 }))
  const data = { items: [], files: [file], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await cdp.send('Input.dispatchDragEvent', { type, ...at, data })
  await cdp.detach()
}

import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mask } from '../../main/shared/domain/mask.ts'
import type { Volume, WorklistRow } from '../../main/shared/domain/study.ts'
import { launchChromium } from './chromium.ts'
import { keepPicture } from './pictures.ts'
import { importFolder } from './project-steps.ts'
import { openWatched, type WatchedPage } from './watched-page.ts'
import { type ServedWorkstation, serve, temporaryFolder } from './workstation.ts'

/** A chest CT of 44 slices from The Cancer Imaging Archive (ACRIN-NSCLC-FDG-PET-042); not part of the repository. */
const series = path.resolve(process.env['SALISCOPE_REFERENCE'] ?? '../shared', 'data/ct/acrin-nsclc-042/ct')
const missing = `no real CT series: the reference data folder has no ${path.join('data', 'ct', 'acrin-nsclc-042')}`

declare module 'vitest' {
  interface TaskMeta {
    /** Why a test was skipped; the test command lists it. */
    reason?: string
  }
}

let browser: Browser
let workstation: ServedWorkstation
let opened: WatchedPage
let page: Page
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let volumeId: string
let study: WorklistRow
let saved: Uint8Array

const start = () => serve({ root: [folder.path, series], data: path.join(folder.path, 'state') })

describe.skipIf(!existsSync(series))('a real CT series', { meta: { reason: missing } }, () => {
  beforeAll(async () => {
    folder = await temporaryFolder('real-ct')
    workstation = await start()
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser?.close()
    await workstation?.stop()
    await folder?.remove()
  })

  test('is imported through the API, de-identified, with its geometry', async () => {
    await workstation.send('POST', '/api/projects', { target: 'Real.saliscope', name: 'Real CT' })
    ;[volumeId] = await importFolder(workstation, series)
    const volume = await workstation.get<Volume>(`/api/volumes/${volumeId}`)
    expect(volume.grid.dims.slice(0, 2)).toEqual([512, 512])
    expect(volume.grid).toMatchObject({ physical: true, oriented: true })
    expect(volume.unit).toBe('HU')
    const [row] = await workstation.get<WorklistRow[]>('/api/studies')
    study = row
    expect(JSON.stringify([row, volume])).not.toMatch(/ACRIN/i)
  })

  test('is shown in three planes and in 3-D', async () => {
    opened = await openWatched(browser, workstation.url, { width: 1440, height: 900 })
    page = opened.page
    await goTo(`/viewer/${study.id}`)
    for (const plane of ['axial', 'coronal', 'sagittal'])
      await page.locator(`[data-plane="${plane}"] canvas`).first().waitFor()
    await page.getByText('Bone').first().waitFor()
    await page.getByLabel('Loading image').first().waitFor({ state: 'detached', timeout: 30_000 })
    await page.waitForTimeout(3000)
    await keepPicture(page, 'real-ct-viewer')
    for (const plane of ['axial', 'coronal', 'sagittal']) {
      const { values, tones } = await greyLevels(page, `[data-plane="${plane}"] canvas`)
      expect(values, plane).toBeGreaterThan(10_000)
      expect(tones, plane).toBeGreaterThan(100)
    }
  })

  test('is painted on with the mouse; strokes are undone and redone', async () => {
    await goTo(`/annotate/${study.id}`)
    await page.getByRole('button', { name: 'New mask' }).click()
    await page.getByLabel('Reader').fill('Reader 1')
    await page.getByLabel('First segment').fill('Lesion')
    await page.getByRole('dialog').getByRole('button', { name: 'Make the mask' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await stroke(0.4, 0.45)
    const one = await voxelsOf(1)
    await stroke(0.6, 0.55)
    const two = await voxelsOf(2)
    expect(two).toBeGreaterThan(one)
    await page.keyboard.press('Control+z')
    expect(await voxelsOf(3)).toBe(one)
    await page.keyboard.press('Control+Shift+z')
    expect(await voxelsOf(4)).toBe(two)
    await keepPicture(page, 'real-ct-annotate')
    await page.getByRole('button', { name: 'Save version' }).click()
    await page.getByText('version 1').first().waitFor()
    await stroke(0.5, 0.3)
    await voxelsOf(5)
    saved = await workstation.bytes(`/api/masks/${(await theMask()).id}/voxels`)
    expect(saved.some((value) => value === 1)).toBe(true)
  })

  test('keeps the mask bit by bit when the process is killed', async () => {
    const before = await theMask()
    expect(before).toMatchObject({ pendingStrokes: 1, lastSequence: 5 })
    const frozen = await workstation.bytes(`/api/masks/${before.id}/voxels?version=1`)
    await opened.context.close()
    await workstation.kill()
    workstation = await start()
    opened = await openWatched(browser, workstation.url, { width: 1440, height: 900 })
    page = opened.page
    await page.getByRole('button', { name: 'Open Real CT' }).click()
    await page.waitForURL('**/worklist')
    expect(await theMask()).toEqual(before)
    expect(Buffer.compare(await workstation.bytes(`/api/masks/${before.id}/voxels`), saved)).toBe(0)
    expect(Buffer.compare(await workstation.bytes(`/api/masks/${before.id}/voxels?version=1`), frozen)).toBe(0)
    await goTo(`/annotate/${study.id}`)
    await page.locator('[data-plane="axial"] canvas').first().waitFor()
    await page.waitForTimeout(2000)
    await keepPicture(page, 'real-ct-after-kill')
    expect(opened.watch.problems).toEqual([])
    expect([...opened.watch.hosts]).toEqual(['127.0.0.1'])
  })
})

async function goTo(address: string): Promise<void> {
  await page.goto(new URL(address, workstation.url).href)
}

async function theMask(): Promise<Mask> {
  return (await workstation.get<Mask[]>(`/api/masks?volumeId=${volumeId}`))[0]
}

/** A short brush stroke in the axial view, around a point given as shares of the view. */
async function stroke(x: number, y: number): Promise<void> {
  const box = await page.locator('[data-plane="axial"]').boundingBox()
  if (box === null) throw new Error('The axial view has no place on the page.')
  await page.mouse.move(box.x + x * box.width, box.y + y * box.height)
  await page.mouse.down()
  for (let n = 1; n <= 12; n++) {
    await page.mouse.move(box.x + x * box.width + 3 * n, box.y + y * box.height + 6 * Math.sin(n / 2))
  }
  await page.mouse.up()
}

/** Marked voxels once the project has acknowledged that many strokes. */
async function voxelsOf(sequence: number): Promise<number> {
  await expect.poll(async () => (await theMask()).lastSequence, { timeout: 10_000 }).toBe(sequence)
  const voxels = await workstation.bytes(`/api/masks/${(await theMask()).id}/voxels`)
  return voxels.reduce((sum, value) => sum + (value === 1 ? 1 : 0), 0)
}

/** How much of a canvas is not black, and in how many grey levels. */
async function greyLevels(on: Page, selector: string): Promise<{ values: number; tones: number }> {
  return on
    .locator(selector)
    .first()
    .evaluate((element) => {
      const source = element as HTMLCanvasElement
      const copy = document.createElement('canvas')
      copy.width = source.width
      copy.height = source.height
      const context = copy.getContext('2d')
      if (context === null) throw new Error('No 2-D canvas.')
      context.drawImage(source, 0, 0)
      const { data } = context.getImageData(0, 0, copy.width, copy.height)
      const seen = new Set<number>()
      let values = 0
      for (let n = 0; n < data.length; n += 4) {
        if (data[n] > 0) values++
        seen.add(data[n])
      }
      return { values, tones: seen.size }
    })
}

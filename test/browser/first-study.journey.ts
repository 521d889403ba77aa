import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Job } from '../../main/shared/domain/job.ts'
import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import type { Mask } from '../../main/shared/domain/mask.ts'
import type { StoredMeasurement } from '../../main/shared/domain/measurement.ts'
import type { Model } from '../../main/shared/domain/model.ts'
import type { WorklistRow } from '../../main/shared/domain/study.ts'
import { launchChromium } from './chromium.ts'
import { keepPicture } from './pictures.ts'
import { writeFilm } from './study-files.ts'
import { openWatched, type WatchedPage } from './watched-page.ts'
import { type ServedWorkstation, serve, temporaryFolder } from './workstation.ts'

const models = path.resolve(import.meta.dirname, '../../resources/demo/models')
const METHODS = ['Gradient', 'Integrated gradients', 'Grad-CAM', 'Occlusion']

let browser: Browser
let workstation: ServedWorkstation
let opened: WatchedPage
let page: Page
let folder: Awaited<ReturnType<typeof temporaryFolder>>

beforeAll(async () => {
  folder = await temporaryFolder('first-study')
  await writeFilm(path.join(folder.path, 'studies/first'), 0)
  await writeFilm(path.join(folder.path, 'studies/second'), 1)
  workstation = await serve({ root: [folder.path], data: path.join(folder.path, 'state') })
  browser = await launchChromium()
  opened = await openWatched(browser, workstation.url)
  page = opened.page
})

afterAll(async () => {
  await browser?.close()
  await workstation?.stop()
  await folder?.remove()
})

test('a new project is made from the home screen', async () => {
  await page.getByText('Make a new one, open an existing one, or begin with the demo project').waitFor()
  await page.getByRole('button', { name: 'Make demo project' }).waitFor()
  await page.getByRole('button', { name: 'New project' }).click()
  await page.getByLabel('Name').fill('First study')
  await page.getByRole('button', { name: 'Create project' }).click()
  await page.waitForURL('**/worklist')
  await page.getByText('The worklist shows every case of this project').waitFor()
  await keepPicture(page, 'first-study-empty-worklist')
})

test('a folder is scanned, looked at and imported without names', async () => {
  await page.getByRole('button', { name: 'Import' }).first().click()
  await page.getByRole('button', { name: 'From this computer' }).click()
  await page.getByRole('dialog').getByRole('button', { name: folder.path }).dblclick()
  await page.getByRole('dialog').getByRole('button', { name: 'studies' }).click()
  await page.getByRole('button', { name: 'Scan', exact: true }).click()
  await page.getByText('2 of 2 series').waitFor()
  await keepPicture(page, 'first-study-scan')
  await page.getByRole('button', { name: 'Import 2 series' }).click()
  await page.getByRole('button', { name: 'Go to the worklist' }).click()
  await page.getByText('2 cases').first().waitFor()
  const rows = await workstation.get<WorklistRow[]>('/api/studies')
  expect(rows).toHaveLength(2)
  expect(JSON.stringify(rows)).not.toMatch(/Testperson|4711/)
  expect(await page.content()).not.toMatch(/Testperson|4711/)
  await keepPicture(page, 'first-study-worklist')
})

test('a model is read, its card loaded, shown on an image, accepted', async () => {
  await page.getByRole('link', { name: 'Models' }).click()
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Add model' }).first().click()
  await (await chooser).setFiles(path.join(models, 'resnet-a.onnx'))
  await page.getByText('Look at the proof first.').waitFor()
  const accept = page.getByRole('button', { name: 'Accept card' })
  expect(await accept.isDisabled()).toBe(true)
  const card = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Load card' }).click()
  await (await card).setFiles(path.join(models, 'resnet-a.card.json'))
  await expect
    .poll(() => page.getByLabel('Name', { exact: true }).inputValue())
    .toBe('Chest nodule ResNet, replicate A')
  expect(await accept.isDisabled()).toBe(true)
  await page.getByRole('button', { name: 'Show what the network sees' }).click()
  await page.getByText('1 × 1 × 128 × 128').waitFor()
  await keepPicture(page, 'first-study-proof')
  await accept.click()
  await expect
    .poll(async () => (await workstation.get<Model[]>('/api/models'))[0]?.card?.accepted, { timeout: 10_000 })
    .toBe(true)
})

test('four methods are computed while the page tells how far they are', async () => {
  await page.getByRole('link', { name: 'Compute', exact: true }).click()
  for (const method of METHODS) await page.getByRole('checkbox', { name: method, exact: true }).check()
  await page.getByLabel('Stride, positions').fill('12')
  const start = page.getByRole('button', { name: 'Start 8 maps' })
  await start.waitFor()
  await keepPicture(page, 'first-study-compute')
  const seen = await watchTexts(page, '[role="status"]')
  await start.click()
  await page.getByText(/done, 8 of 8/).waitFor({ timeout: 120_000 })
  expect((await seen()).some((text) => /[1-7] of 8 maps/.test(text))).toBe(true)
  const maps = await workstation.get<SaliencyMap[]>('/api/maps')
  expect(maps).toHaveLength(8)
  expect(maps.every((map) => !map.statistics.flat)).toBe(true)
  const [job] = await workstation.get<Job[]>('/api/jobs')
  expect(job).toMatchObject({ state: 'done', failed: 0 })
})

test('the four maps stand side by side over the case', async () => {
  await page.getByRole('link', { name: 'Compare' }).click()
  for (const method of METHODS) await page.getByRole('region', { name: new RegExp(`^${method}`) }).waitFor()
  await page.waitForTimeout(1000)
  await keepPicture(page, 'first-study-compare')
  const pictures = await page
    .locator('section[aria-label] canvas')
    .evaluateAll((canvases) => (canvases as HTMLCanvasElement[]).map((canvas) => canvas.toDataURL().length))
  expect(pictures.length).toBeGreaterThanOrEqual(METHODS.length)
  expect(Math.min(...pictures)).toBeGreaterThan(2000)
})

test('a nodule is painted with the mouse and saved', async () => {
  await page.getByRole('link', { name: 'Annotate' }).click()
  await page.getByRole('button', { name: 'New mask' }).click()
  await page.getByLabel('Reader').fill('Reader 1')
  await page.getByLabel('First segment').fill('Nodule')
  await page.getByRole('dialog').getByRole('button', { name: 'Make the mask' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  const view = page.locator('[data-plane]').first()
  const box = await view.boundingBox()
  if (box === null) throw new Error('The view has no place on the page.')
  const at = (x: number, y: number): [number, number] => [box.x + x * box.width, box.y + y * box.height]
  await page.mouse.move(...at(0.6, 0.35))
  await page.mouse.down()
  for (let n = 1; n <= 20; n++) await page.mouse.move(...at(0.6 + n * 0.004, 0.35 + Math.sin(n) * 0.01))
  await page.mouse.up()
  await page.getByText(/Stroke saved/).waitFor()
  await page.getByRole('button', { name: 'Save version' }).click()
  await page.getByText('version 1').first().waitFor()
  await keepPicture(page, 'first-study-annotate')
  const [mask] = await workstation.get<Mask[]>('/api/masks')
  expect(mask).toMatchObject({ reader: 'Reader 1', pendingStrokes: 0 })
  expect(mask.versions[0].counts['1']).toBeGreaterThan(100)
})

test('the maps are measured against the mask and the table leads back to them', async () => {
  await page.getByRole('link', { name: 'Results' }).click()
  await page.getByRole('button', { name: 'Measure 4 maps' }).click()
  await page.getByRole('table').getByText('Grad-CAM').waitFor({ timeout: 60_000 })
  await keepPicture(page, 'first-study-results')
  const measurements = await workstation.get<StoredMeasurement[]>('/api/measurements')
  expect(measurements).toHaveLength(16)
  expect(measurements.every(({ mask, reason }) => mask?.version === 1 && reason === null)).toBe(true)
  const maps = await workstation.get<SaliencyMap[]>('/api/maps')
  const unmasked = maps.filter(
    ({ volumeId }) => !measurements.some(({ mapKey }) => maps.find(({ key }) => key === mapKey)?.volumeId === volumeId),
  )
  const job = await workstation.job('/api/measurements', {
    mapKeys: maps.map(({ key }) => key),
    mask: null,
    segmentName: 'Nodule',
    metrics: [{ metric: 'auroc' }],
    merge: 'absolute-sum',
    geometry: 'image',
  })
  expect(job.state).toBe('done')
  expect(job.result?.['withoutMask']).toEqual(unmasked.map(({ key }) => key))
  expect(job.failures).toHaveLength(4)
  expect(job.failures[0].message).toMatch(/has no saved mask with a segment “Nodule”/)
})

test('a figure is exported as SVG and PNG without anything about the patient', async () => {
  await page.getByRole('link', { name: 'Figures' }).click()
  await page.getByAltText('The figure as it will be exported').waitFor()
  await keepPicture(page, 'first-study-figure')
  for (const format of ['SVG', 'PNG'] as const) {
    await page.getByRole('radiogroup', { name: 'Format' }).getByText(format).click()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export figure' }).click()
    const file = await download
    expect(file.suggestedFilename()).toBe(`figure-1.${format.toLowerCase()}`)
    const bytes = await readFile(await file.path())
    if (format === 'SVG') {
      const text = bytes.toString('utf8')
      expect(text).toContain('<svg')
      expect(text).toContain('Grad-CAM')
      expect(text).not.toMatch(/Testperson|4711|2021/)
    } else expect([...bytes.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47])
  }
})

test('no request left the machine, nothing broke a rule of the page', () => {
  expect([...opened.watch.hosts]).toEqual(['127.0.0.1'])
  expect(opened.watch.problems).toEqual([])
  expect(workstation.log).toEqual([])
})

/** Gathers every text the matching elements show from now on; the returned function ends it and answers them. */
async function watchTexts(on: Page, selector: string): Promise<() => Promise<string[]>> {
  await on.evaluate((wanted) => {
    const texts = new Set<string>()
    const look = () => {
      for (const element of document.querySelectorAll(wanted)) texts.add(element.textContent ?? '')
    }
    const observer = new MutationObserver(look)
    observer.observe(document.body, { subtree: true, childList: true, characterData: true })
    Object.assign(window, {
      endWatch: () => {
        observer.disconnect()
        return [...texts]
      },
    })
  }, selector)
  return () => on.evaluate(() => (window as unknown as { endWatch(): string[] }).endWatch())
}

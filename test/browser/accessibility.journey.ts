import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WorklistRow } from '../../main/shared/domain/study.ts'
import { launchChromium } from './chromium.ts'
import { keepPicture } from './pictures.ts'
import { addMask, addModel, importFolder, modelFolder } from './project-steps.ts'
import { writeFilm, writeScan } from './study-files.ts'
import { openWatched, type WatchedPage } from './watched-page.ts'
import { type ServedWorkstation, serve, temporaryFolder } from './workstation.ts'

let browser: Browser
let workstation: ServedWorkstation
let opened: WatchedPage
let page: Page
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let axe: string
let film: WorklistRow
let scan: WorklistRow
let modelId: string

/** Every screen with data in it: address and what must be there before it is judged. */
const screens: readonly { name: string; address: () => string; ready: string }[] = [
  { name: 'home', address: () => '/', ready: 'h1:has-text("Projects")' },
  { name: 'worklist', address: () => '/worklist', ready: 'td:has-text("DX")' },
  { name: 'import', address: () => '/import', ready: 'text=Drop a folder or files here' },
  { name: 'viewer-film', address: () => `/viewer/${film.id}`, ready: '[data-plane] canvas' },
  { name: 'viewer-scan', address: () => `/viewer/${scan.id}`, ready: '[data-plane] canvas' },
  { name: 'compare', address: () => `/compare/${film.id}`, ready: 'section:has-text("Grad-CAM") canvas' },
  { name: 'annotate', address: () => `/annotate/${scan.id}`, ready: '[data-plane] canvas' },
  { name: 'models', address: () => `/models/${modelId}`, ready: 'text=Probability' },
  { name: 'compute', address: () => '/compute', ready: 'text=Integrated gradients' },
  { name: 'results', address: () => '/results', ready: 'td:has-text("Chance")' },
  { name: 'figures', address: () => `/figures/${film.id}`, ready: 'img[alt="The figure as it will be exported"]' },
  { name: 'settings', address: () => '/settings', ready: 'h1:has-text("Settings")' },
]

beforeAll(async () => {
  folder = await temporaryFolder('accessible')
  const written = await writeFilm(path.join(folder.path, 'film'), 0)
  await writeScan(path.join(folder.path, 'scan'), 0)
  workstation = await serve({ root: [folder.path, modelFolder], data: path.join(folder.path, 'state') })
  await workstation.send('POST', '/api/projects', { target: 'Accessible.saliscope', name: 'Accessible' })
  const [volumeId] = await importFolder(workstation, path.join(folder.path, 'film'))
  await importFolder(workstation, path.join(folder.path, 'scan'))
  modelId = await addModel(workstation, 'resnet-a')
  await addMask(workstation, volumeId, [written.size, written.size, 1], written.noduleMask)
  const methods = ['gradient', 'grad-cam', 'integrated-gradients'].map((method) => ({ method }))
  const maps = await workstation.job('/api/maps/compute', {
    volumeIds: [volumeId],
    modelId,
    target: 0,
    methods,
    seed: 0,
  })
  await workstation.job('/api/measurements', {
    mapKeys: maps.result?.['mapKeys'],
    mask: null,
    segmentName: 'Nodule',
    metrics: [{ metric: 'average-precision' }, { metric: 'pointing-game' }],
    merge: 'absolute-sum',
    geometry: 'image',
  })
  const rows = await workstation.get<WorklistRow[]>('/api/studies')
  film = rows.find((row) => row.modalities.includes('DX')) as WorklistRow
  scan = rows.find((row) => row.modalities.includes('CT')) as WorklistRow
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  browser = await launchChromium()
  opened = await openWatched(browser, workstation.url, { width: 1280, height: 800 })
  page = opened.page
})

afterAll(async () => {
  await browser?.close()
  await workstation?.stop()
  await folder?.remove()
})

/** Reloads the page at a screen's address and waits until its data are there. */
async function show({ address, ready }: (typeof screens)[number]): Promise<void> {
  await page.goto(new URL(address(), workstation.url).href)
  await page.locator(ready).first().waitFor()
  await page.waitForLoadState('networkidle', { timeout: 1500 }).catch(() => {
    // The event stream never ends, so the page is idle only in between.
  })
}

describe.each(screens)('the screen $name', (screen) => {
  test('has no serious accessibility problem', async () => {
    await page.setViewportSize({ width: 1280, height: 800 })
    await show(screen)
    await page.evaluate(axe)
    const results = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults
    const serious = results.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, help, nodes }) => `${id}: ${help} at ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)
    expect(serious).toEqual([])
  })

  test.each([
    [1280, 800],
    [1440, 900],
    [2560, 1440],
  ])('fits into %i × %i without sideways scrolling', async (width, height) => {
    await page.setViewportSize({ width, height })
    await keepPicture(page, `${screen.name}-${width}`)
    const wide = await page.evaluate(() => ({
      page: document.documentElement.scrollWidth - window.innerWidth,
      status:
        (document.querySelector('footer')?.scrollWidth ?? 0) - (document.querySelector('footer')?.clientWidth ?? 0),
    }))
    expect(wide).toEqual({ page: 0, status: 0 })
  })

  test('lets Tab visit its controls and shows where it stands', async () => {
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    const names = new Set<string>()
    for (let n = 0; n < 40; n++) {
      await page.keyboard.press('Tab')
      const at = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement | null
        if (element === null || element === document.body) return null
        const { outlineStyle, outlineWidth } = getComputedStyle(element)
        const ring = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0
        return { name: (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 60), ring }
      })
      if (at !== null) names.add(at.name)
    }
    expect([...names]).toEqual(expect.arrayContaining(['Saliscope, projects', 'Worklist', 'Viewer', 'Settings']))
    expect(names.size).toBeGreaterThan(11)
  })
})

test('no screen asked another machine or broke a rule of the page', () => {
  expect([...opened.watch.hosts]).toEqual(['127.0.0.1'])
  expect(opened.watch.problems).toEqual([])
})

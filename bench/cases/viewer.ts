import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { launchChromium } from '../../test/browser/chromium.ts'
import { importFolder } from '../../test/browser/project-steps.ts'
import { writeScan } from '../../test/browser/study-files.ts'
import { openWatched } from '../../test/browser/watched-page.ts'
import { serve } from '../../test/browser/workstation.ts'
import { type BenchCase, median, milliseconds } from '../bench-case.ts'

const SAMPLES = 60

/** From an event to the end of the frame that shows it, seen from inside the page under software GL, window sized for a 512² view. */
export const viewer: BenchCase = {
  id: 'viewer',
  title: 'Viewer in Chromium under software GL',
  async measure({ scratch }) {
    const folder = path.join(scratch, 'scan')
    await mkdir(folder)
    await writeScan(folder, 0)
    const workstation = await serve({ root: [scratch], data: path.join(scratch, 'state') })
    const browser = await launchChromium()
    try {
      await workstation.send('POST', '/api/projects', { target: path.join(scratch, 'viewer.saliscope'), name: 'Bench' })
      await importFolder(workstation, folder)
      const { page } = await openWatched(browser, workstation.url, { width: 1290, height: 640 })
      await page.goto(new URL('/annotate', workstation.url).href)
      await page.locator('[data-plane=axial] canvas').first().waitFor()
      await page.getByRole('button', { name: 'New mask' }).click()
      await page.getByLabel('Reader').fill('Bench')
      await page.getByRole('button', { name: 'Make the mask' }).click()
      await page.locator('[data-plane=axial]').dblclick()
      await page.waitForTimeout(3000)
      const size = await page.locator('[data-plane=axial]').boundingBox()
      const at = `${Math.round(size?.width ?? 0)} × ${Math.round(size?.height ?? 0)}`
      return [
        milliseconds(`scroll, per slice (${at})`, median(await scroll(page)), 30),
        milliseconds(`brush, per sample (${at})`, median(await brush(page)), 30),
      ]
    } finally {
      await browser.close()
      await workstation.stop()
    }
  },
}

/** The frame is done when a task queued inside its animation callback runs. */
const scroll = (page: Page) =>
  page.locator('[data-plane=axial]').evaluate(async (element, samples) => {
    const times: number[] = []
    for (let n = 0; n < samples; n++) {
      const deltaY = n % 40 < 20 ? 100 : -100
      const started = performance.now()
      element.dispatchEvent(new WheelEvent('wheel', { deltaY, bubbles: true, cancelable: true }))
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
      times.push(performance.now() - started)
    }
    return times
  }, SAMPLES)

const brush = (page: Page) =>
  page.locator('[data-plane=axial]').evaluate(async (element, samples) => {
    const box = element.getBoundingClientRect()
    const send = (type: string, n: number) =>
      element.dispatchEvent(
        new PointerEvent(type, {
          clientX: box.left + box.width * (0.3 + (0.4 * n) / samples),
          clientY: box.top + box.height / 2 + 30 * Math.sin(n / 5),
          button: 0,
          buttons: type === 'pointerup' ? 0 : 1,
          pointerId: 1,
          isPrimary: true,
          bubbles: true,
        }),
      )
    send('pointerdown', 0)
    const times: number[] = []
    for (let n = 1; n <= samples; n++) {
      const started = performance.now()
      send('pointermove', n)
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
      times.push(performance.now() - started)
    }
    send('pointerup', samples)
    return times
  }, SAMPLES)

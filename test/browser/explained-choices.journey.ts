import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import type { Mask } from '../../main/shared/domain/mask.ts'
import type { WorklistRow } from '../../main/shared/domain/study.ts'
import { launchChromium } from './chromium.ts'
import { keepPicture } from './pictures.ts'
import { addMask, addModel, importFolder, modelFolder } from './project-steps.ts'
import { writeFilm } from './study-files.ts'
import { openWatched, type WatchedPage } from './watched-page.ts'
import { type ServedWorkstation, serve, temporaryFolder } from './workstation.ts'

const networks = path.resolve(import.meta.dirname, '../golden/attribution/models')
const CLASSES = ['Clear', 'Nodule', 'Effusion']

let browser: Browser
let workstation: ServedWorkstation
let opened: WatchedPage
let page: Page
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let mask: Mask
let film: WorklistRow

/** A network of three classes, with a card of its own. */
async function addThreeClasses(): Promise<void> {
  const card = {
    name: 'Three findings',
    input: { name: 'x', layout: 'NCHW', channels: 1, size: [48, 48] },
    intensity: { clip: { kind: 'range', low: 0, high: 4095 } },
    output: { name: 'scores', kind: 'logits', task: 'classification', classes: CLASSES },
    accepted: true,
  }
  const job = await workstation.job('/api/models', { source: path.join(networks, 'vgg.onnx'), card })
  if (job.state !== 'done') throw new Error(JSON.stringify(job.failures))
}

beforeAll(async () => {
  folder = await temporaryFolder('explained')
  const written = await writeFilm(path.join(folder.path, 'film'), 0)
  workstation = await serve({ root: [folder.path, modelFolder, networks], data: path.join(folder.path, 'state') })
  await workstation.send('POST', '/api/projects', { target: 'Explained.saliscope', name: 'Explained' })
  const [volumeId] = await importFolder(workstation, path.join(folder.path, 'film'))
  await addThreeClasses()
  await addModel(workstation, 'unet')
  mask = await addMask(workstation, volumeId, [written.size, written.size, 1], written.noduleMask)
  const rows = await workstation.get<WorklistRow[]>('/api/studies')
  film = rows[0]
  browser = await launchChromium()
  opened = await openWatched(browser, workstation.url, { width: 1280, height: 800 })
  page = opened.page
  // Against hanging only: a loaded machine takes many times as long.
  page.setDefaultTimeout(150_000)
})

afterAll(async () => {
  await browser?.close()
  await workstation?.stop()
  await folder?.remove()
})

/** Chooses in a list by its label, with the keyboard alone. */
async function choose(label: string, option: string): Promise<void> {
  const field = page.getByRole('combobox', { name: label, exact: true })
  await field.focus()
  await page.keyboard.press('ArrowDown')
  await page.getByRole('option').first().waitFor()
  const options = await page.getByRole('option').allTextContents()
  const wanted = options.indexOf(option)
  if (wanted < 0) throw new Error(`“${label}” offers ${options.join(' | ')}, and not “${option}”.`)
  const at = () => page.locator('[role=option][data-combobox-selected]').textContent({ timeout: 2000 })
  for (let n = 0; n <= options.length && (await at().catch(() => null)) !== option; n++)
    await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
}

test('several classes under a preset are chosen with the keyboard and computed', async () => {
  await page.getByRole('link', { name: 'Compute', exact: true }).click()
  await page.getByRole('checkbox', { name: 'RISE', exact: true }).check()
  await choose('Preset', 'captum')
  await page.getByText('Unticked, since the preset does not have it: RISE.').waitFor()
  expect(await page.getByRole('checkbox', { name: 'RISE', exact: true }).isDisabled()).toBe(true)
  await page.getByRole('checkbox', { name: 'SmoothGrad', exact: true }).check()
  await expect.poll(() => page.getByLabel('Samples, copies').inputValue()).toBe('5')
  const classes = page.getByRole('combobox', { name: 'Explained classes' })
  await classes.focus()
  for (const name of CLASSES.slice(1)) {
    await page.keyboard.type(name)
    await page.getByRole('option', { name }).waitFor()
    await page.keyboard.press('Enter')
  }
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Start 3 maps' }).waitFor()
  await keepPicture(page, 'explained-preset')
  await page.getByRole('button', { name: 'Start 3 maps' }).click()
  const run = page.getByRole('article').filter({ hasText: '1 method on 1 image, 3 classes' })
  await run.getByText(/done, 3 of 3/).waitFor()
  const maps = await workstation.get<SaliencyMap[]>('/api/maps')
  expect(maps.map(({ target }) => target.index)).toEqual([0, 1, 2])
  for (const map of maps) expect(map).toMatchObject({ preset: 'captum', parameters: { samples: 5, noise: 1 } })
})

test('a segmentation model is explained on a segment of a mask', async () => {
  await choose('Preset', 'None: the methods’ own defaults')
  await choose('Model', 'Chest nodule U-Net')
  await choose('Explained positions', 'Nodule, newest')
  await page.getByRole('button', { name: 'Start 1 map', exact: true }).waitFor()
  await keepPicture(page, 'explained-positions')
  await page.getByRole('button', { name: 'Start 1 map', exact: true }).click()
  await expect.poll(async () => (await workstation.get<SaliencyMap[]>('/api/maps')).length).toBe(4)
  const [, , , map] = await workstation.get<SaliencyMap[]>('/api/maps')
  expect(map.target).toMatchObject({ index: 0, mask: { maskId: mask.id, version: 1, segment: 1 } })
  expect(map.preset).toBeUndefined()
})

test('the map tells its positions, its standard error and its warnings', async () => {
  const maps = await workstation.get<SaliencyMap[]>('/api/maps')
  const [, , , map] = maps
  await page.goto(`${new URL(page.url()).origin}/viewer/${film.id}?map=${map.key}`)
  const facts = page.getByText('Made by').first()
  await facts.waitFor()
  await page.getByText(/Nodule of Reader 1, version 1/).waitFor()
  await page.getByText('Standard error', { exact: true }).waitFor()
  await page.getByText('The output is a map of scores per position').waitFor()
  await facts.scrollIntoViewIfNeeded()
  await keepPicture(page, 'explained-facts')
  await page.goto(`${new URL(page.url()).origin}/viewer/${film.id}?map=${maps[1].key}`)
  await page.getByRole('button', { name: 'SmoothGrad, Nodule' }).waitFor()
  await page.getByText('captum 0.9.0').waitFor()
  await keepPicture(page, 'explained-classes')
})

test('reference cases are chosen from the project with the keyboard, and the map lists them', async () => {
  const origin = new URL(page.url()).origin
  await page.goto(`${origin}/compute?study=${film.id}`)
  await page.getByRole('checkbox', { name: 'DeepSHAP', exact: true }).check()
  await page.getByText('This project has no other case').waitFor()
  const start = page.getByRole('button', { name: /^Start/ })
  expect(await start.isDisabled()).toBe(true)
  expect(await start.getAttribute('title')).toBe('DeepSHAP needs reference cases: choose some beside the parameters.')
  await keepPicture(page, 'references-none')

  for (const number of [1, 2]) await writeFilm(path.join(folder.path, `film-${number}`), number)
  const added = [1, 2].map((number) => importFolder(workstation, path.join(folder.path, `film-${number}`)))
  const [trained] = (await Promise.all(added)).flat()
  const rows = await workstation.get<WorklistRow[]>('/api/studies')
  const training = rows.find(({ volumes }) => volumes.some(({ id }) => id === trained))
  await workstation.send('PATCH', `/api/studies/${training?.id}`, { split: 'train' })
  await page.reload()
  await page.getByRole('checkbox', { name: 'DeepSHAP', exact: true }).check()
  const list = page.getByRole('listbox', { name: 'Reference cases offered' })
  await list.waitFor()
  // Training cases are offered first.
  expect(await list.getByRole('option').count()).toBe(1)
  await page.getByRole('radiogroup', { name: 'Split shown' }).getByText('All', { exact: true }).click()
  expect(await list.getByRole('option').count()).toBe(3)
  await list.focus()
  for (const key of ['ArrowDown', 'Space', 'ArrowDown', 'Space']) await page.keyboard.press(key)
  await page.getByText('1 is not marked as training data.').waitFor()
  await page.getByRole('button', { name: 'Start 1 map', exact: true }).waitFor()
  await keepPicture(page, 'references-chosen')
  await page.setViewportSize({ width: 2560, height: 1440 })
  await keepPicture(page, 'references-chosen-wide')
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.getByRole('button', { name: 'Start 1 map', exact: true }).click()
  await expect.poll(async () => (await workstation.get<SaliencyMap[]>('/api/maps')).length).toBe(5)
  const map = (await workstation.get<SaliencyMap[]>('/api/maps'))[4]
  expect(map.references?.map(({ split }) => split).sort()).toEqual(['', 'train'])
  await page.goto(`${origin}/viewer/${film.id}?map=${map.key}`)
  const listed = page.locator('summary', { hasText: '2 reference cases' })
  await listed.click()
  const last = page.getByText(String(map.references?.[1].sha256.slice(0, 8)))
  await last.scrollIntoViewIfNeeded()
  await keepPicture(page, 'references-facts')
})

test('no request left the machine, nothing broke a rule of the page', () => {
  expect([...opened.watch.hosts]).toEqual(['127.0.0.1'])
  expect(opened.watch.problems).toEqual([])
  expect(workstation.log).toEqual([])
})

import path from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Job } from '../../main/shared/domain/job.ts'
import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import { launchChromium } from './chromium.ts'
import { keepPicture } from './pictures.ts'
import { addModel, importFolder, modelFolder } from './project-steps.ts'
import { writeFilm } from './study-files.ts'
import { openWatched } from './watched-page.ts'
import { pause, type ServedWorkstation, serve, temporaryFolder } from './workstation.ts'

/** Occlusion with a stride that makes a film a second's work: enough of them to be killed in between. */
const films = 6

let browser: Browser
let workstation: ServedWorkstation
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let body: Record<string, unknown>

const start = () => serve({ root: [folder.path, modelFolder], data: path.join(folder.path, 'state') })

beforeAll(async () => {
  folder = await temporaryFolder('kill')
  for (let n = 0; n < films; n++) await writeFilm(path.join(folder.path, 'studies', String(n)), n)
  workstation = await start()
  await workstation.send('POST', '/api/projects', { target: 'Killed.saliscope', name: 'Killed' })
  const volumeIds = await importFolder(workstation, path.join(folder.path, 'studies'))
  const modelId = await addModel(workstation, 'resnet-a')
  body = {
    volumeIds,
    modelId,
    target: 0,
    methods: [{ method: 'occlusion', parameters: { window: 15, stride: 5 } }],
    seed: 0,
  }
  browser = await launchChromium()
})

afterAll(async () => {
  await browser?.close()
  await workstation?.stop()
  await folder?.remove()
})

test('a killed computation waits after the restart, goes on by a click, and computes nothing twice', async () => {
  const { jobId } = await workstation.send<{ jobId: string }>('POST', '/api/maps/compute', body)
  const before = await atLeastTwoMaps()
  await workstation.kill()
  workstation = await start()
  const { page, watch, context } = await openWatched(browser, workstation.url)
  await page.getByRole('row', { name: /Killed/ }).dblclick()
  await page.waitForURL('**/worklist')
  const left = await workstation.get<Job>(`/api/jobs/${jobId}`)
  expect(left.state).toBe('waiting')
  await pause(500)
  expect((await workstation.get<SaliencyMap[]>('/api/maps')).length).toBeLessThan(films)

  await page.getByRole('link', { name: 'Compute', exact: true }).click()
  await page.getByText(/stopped, \d of/).waitFor()
  await keepPicture(page, 'killed-job-waits')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page
    .getByRole('article')
    .filter({ hasText: 'on 6 images' })
    .getByText(`done, ${films} of ${films}`)
    .waitFor({ timeout: 120_000 })
  const after = new Map((await workstation.get<SaliencyMap[]>('/api/maps')).map((map) => [map.key, map]))
  expect(after.size).toBe(films)
  for (const map of before) expect(after.get(map.key)?.createdAt).toBe(map.createdAt)
  expect(await workstation.send('POST', '/api/projects/verify')).toEqual({ problems: [] })
  expect(watch.problems).toEqual([])
  await context.close()
})

/** The maps acknowledged so far, once there are two of them and more to come. */
async function atLeastTwoMaps(): Promise<SaliencyMap[]> {
  for (let n = 0; n < 1200; n++) {
    const maps = await workstation.get<SaliencyMap[]>('/api/maps')
    if (maps.length >= 2) {
      expect(maps.length).toBeLessThan(films)
      return maps
    }
    await pause(50)
  }
  throw new Error('No two maps within a minute.')
}

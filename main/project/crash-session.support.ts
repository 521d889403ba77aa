// The real writes of a session, each acknowledged by a line. Each step is skipped when it is done, as a user's second try would be.
import { existsSync } from 'node:fs'
import { addModel, addVolume, noise, testMap } from './fixtures.support.ts'
import { bytesOf, packObject, sha256Of } from './pack.ts'
import { createProject, openProject, type Project } from './project.ts'
import type { Surroundings } from './surroundings.ts'

type Acknowledge = (what: string, sha256?: string) => void

async function importVolumes(project: Project, acknowledge: Acknowledge): Promise<void> {
  for (const name of ['a', 'b']) {
    const volume = await addVolume(project, name, [16, 12, 8], noise(16 * 12 * 8, name.charCodeAt(0)))
    acknowledge(`volume:${name}`, volume.sha256)
  }
}

async function draw(project: Project, acknowledge: Acknowledge): Promise<void> {
  if (project.masks.list('a').length === 0) {
    await project.masks.create({
      id: 'mask',
      volumeId: 'a',
      reader: 'reader',
      origin: 'drawn',
      segments: [],
      addedAt: '2026-01-01T00:00:00.000Z',
    })
  }
  acknowledge('mask:mask')
  for (let n = project.masks.lastSequence('mask') + 1; n <= 3; n++) {
    await project.masks.addStroke('mask', {
      sequence: n,
      box: [n, n + 3, 0, 2, 1, 2],
      voxels: new Uint8Array(6).fill(n),
    })
    acknowledge(`stroke:${n}`)
  }
  if (project.masks.get('mask').versions.length === 0)
    await project.masks.saveVersion('mask', 'first', '2026-01-01T00:00:00.000Z')
  acknowledge('version:1', project.masks.get('mask').versions[0].sha256)
}

async function compute(project: Project, acknowledge: Acknowledge): Promise<void> {
  const model = project.models.list()[0] ?? (await addModel(project, 'model'))
  acknowledge('model:model')
  const values = Float32Array.of(1, 2, 3, 4, 5, 6)
  project.maps.add(testMap('map', project.volumes.get('b'), model), await packObject(bytesOf(values), 24), 'test')
  acknowledge('map:map', sha256Of(bytesOf(values)))
  if (project.jobs.list().length === 0) {
    const job = {
      id: 'job',
      kind: 'compute' as const,
      title: 'job',
      state: 'running' as const,
      stage: '',
      done: 0,
      total: 1,
      failed: 0,
      failures: [],
      result: null,
    }
    project.jobs.add(
      { ...job, createdAt: '2026-01-01T00:00:00.000Z', startedAt: null, endedAt: null },
      { n: 1 },
      'test',
    )
  }
  acknowledge('job:job')
  project.jobs.save({ ...project.jobs.get('job'), state: 'done', done: 1 })
  acknowledge('done:job')
}

export async function session(file: string, surroundings: Surroundings, acknowledge: Acknowledge): Promise<void> {
  const project = existsSync(file)
    ? await openProject(file, {}, surroundings)
    : await createProject(file, 'Crash test', surroundings)
  acknowledge('opened')
  await importVolumes(project, acknowledge)
  await draw(project, acknowledge)
  await compute(project, acknowledge)
  if (project.backups().length === 0) await project.backUp()
  acknowledge('backup')
  project.close()
  acknowledge('closed')
}

import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { session } from './crash-session.support.ts'
import { temporaryFolder, testSurroundings } from './fixtures.support.ts'
import { openProject, type Project } from './project.ts'

const { folder, remove } = temporaryFolder()
const child = path.join(import.meta.dirname, 'crash-child.support.ts')
afterAll(remove)

interface Ended {
  readonly lines: readonly string[]
  readonly signal: NodeJS.Signals | null
  readonly code: number | null
  readonly errors: string
}

function run(file: string, killAt: number, onStart: (process: ChildProcess) => void = () => {}): Promise<Ended> {
  return new Promise((resolve) => {
    const started = spawn(process.execPath, [child, file, String(killAt)], { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let errors = ''
    started.stdout.on('data', (bytes) => {
      out += String(bytes)
    })
    started.stderr.on('data', (bytes) => {
      errors += String(bytes)
    })
    started.once('close', (code, signal) =>
      resolve({ lines: out.split('\n').filter((line) => line !== ''), signal, code, errors }),
    )
    onStart(started)
  })
}

/** What the project says, without times of day and random ids: equal for an undisturbed run and for one that was killed and repeated. */
async function stateOf(project: Project): Promise<string> {
  const hash = createHash('sha256')
  for (const volume of project.volumes.list()) hash.update(await project.volumes.readAll(volume.id)).update(volume.id)
  for (const mask of project.masks.list()) {
    hash.update(await project.masks.voxels(mask.id)).update(JSON.stringify(mask))
    for (const { version } of mask.versions) hash.update(await project.masks.voxels(mask.id, version))
  }
  for (const map of project.maps.list())
    hash.update(JSON.stringify(map)).update(new Uint8Array((await project.maps.values(map.key)).buffer))
  for (const model of project.models.list()) hash.update(JSON.stringify(model))
  for (const job of project.jobs.list()) hash.update(`${job.id} ${job.state} ${job.done}`)
  return hash.digest('hex')
}

/** What must hold for whatever was acknowledged. */
async function checkAfterKill(file: string, lines: readonly string[]): Promise<void> {
  const project = await openProject(file, {}, testSurroundings(folder))
  try {
    expect(project.file.writable).toBe(true)
    expect(await project.verify(() => {})).toEqual({ database: 'ok', damaged: [], orphans: 0 })
    expect(project.file.connection.pragma('foreign_key_check')).toEqual([])
    for (const line of lines) {
      const [what, sha256] = line.split(' ')
      const [kind, id] = what.split(':')
      if (kind === 'volume') expect(project.volumes.get(id).sha256).toBe(sha256)
      if (kind === 'mask') expect(project.masks.get(id).reader).toBe('reader')
      if (kind === 'stroke') expect(project.masks.lastSequence('mask')).toBeGreaterThanOrEqual(Number(id))
      if (kind === 'version')
        expect(
          createHash('sha256')
            .update(await project.masks.voxels('mask', 1))
            .digest('hex'),
        ).toBe(sha256)
      if (kind === 'map')
        expect(
          createHash('sha256')
            .update(new Uint8Array((await project.maps.values(id)).buffer))
            .digest('hex'),
        ).toBe(sha256)
      if (kind === 'done') expect(project.jobs.get(id).state).toBe('done')
    }
    for (const job of project.jobs.list()) expect(['done', 'waiting', 'failed']).toContain(job.state)
    // No half item: a volume that is listed can be read whole.
    for (const volume of project.volumes.list())
      expect((await project.volumes.readAll(volume.id)).byteLength).toBe(volume.bytes)
    for (const model of project.models.list()) expect(project.models.files(model.id)).toHaveLength(1)
  } finally {
    project.close()
  }
}

describe('a session that is killed', () => {
  let undisturbed = ''
  let points = 0
  const place = (name: string): string => {
    const own = path.join(folder, name)
    mkdirSync(own)
    return path.join(own, 'p.saliscope')
  }

  beforeAll(async () => {
    const file = place('undisturbed')
    const { lines, code, errors } = await run(file, 0)
    expect(errors).toBe('')
    expect(code).toBe(0)
    points = Number(lines.at(-1)?.split(':')[1])
    const project = await openProject(file, {}, testSurroundings(folder))
    undisturbed = await stateOf(project)
    project.close()
  })

  it('keeps what was acknowledged at every single write point, and ends in the same state when run again', async () => {
    expect(points).toBeGreaterThan(40)
    const queue = Array.from({ length: points }, (_, n) => n + 1)
    const work = async (): Promise<void> => {
      for (let point = queue.shift(); point !== undefined; point = queue.shift()) {
        const file = place(`point-${point}`)
        const { lines, signal } = await run(file, point)
        expect(signal, `write point ${point}`).toBe('SIGKILL')
        // Before the file has its name there is nothing to open.
        if (readdirSync(path.dirname(file)).includes('p.saliscope')) await checkAfterKill(file, lines)
        await session(file, testSurroundings(folder), () => {})
        const project = await openProject(file, {}, testSurroundings(folder))
        expect(await stateOf(project), `write point ${point}`).toBe(undisturbed)
        project.close()
        expect(
          readdirSync(path.dirname(file)).filter((name) => name.includes('.new-') && name.endsWith('wal')),
        ).toEqual([])
      }
    }
    await Promise.all([work(), work()])
  })

  it('keeps what was acknowledged when killed at any moment', async () => {
    for (let n = 0; n < 6; n++) {
      const file = place(`moment-${n}`)
      const { lines } = await run(file, 0, (process) => setTimeout(() => process.kill('SIGKILL'), 120 + 37 * n))
      if (readdirSync(path.dirname(file)).includes('p.saliscope')) await checkAfterKill(file, lines)
    }
  })
})

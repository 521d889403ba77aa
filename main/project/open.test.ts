import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from './connection.ts'
import { addVolume, noise, temporaryFolder, testSurroundings } from './fixtures.support.ts'
import { migrations } from './migrations/index.ts'
import type { Migration } from './migrations/migration.ts'
import { packObject } from './pack.ts'
import { createProject, openProject } from './project.ts'
import { readState, writeState } from './state-file.ts'

let place: ReturnType<typeof temporaryFolder>
let file: string
let surroundings: ReturnType<typeof testSurroundings>

beforeEach(() => {
  place = temporaryFolder()
  file = path.join(place.folder, 'p.saliscope')
  surroundings = testSurroundings(place.folder)
})
afterEach(() => place.remove())

const hashOf = (name: string): string => createHash('sha256').update(readFileSync(name)).digest('hex')

async function makeProject(): Promise<void> {
  const project = await createProject(file, 'Test', surroundings)
  await addVolume(project, 'a')
  project.close()
}

/** An open project whose process is gone: the files as they lay at that moment. */
async function makeUnclean(): Promise<void> {
  const live = path.join(place.folder, 'live.saliscope')
  const project = await createProject(live, 'Test', surroundings)
  await addVolume(project, 'a')
  for (const ending of ['', '-wal', '-shm', '.state']) copyFileSync(live + ending, file + ending)
  project.close()
}

describe('an open project', () => {
  it('runs with every defence on, whether fresh or opened again', async () => {
    await makeProject()
    const project = await openProject(file, {}, surroundings)
    const pragma = (name: string) => project.file.connection.pragma(name, { simple: true })
    expect(pragma('synchronous')).toBe(2)
    expect(pragma('journal_mode')).toBe('wal')
    expect(pragma('trusted_schema')).toBe(0)
    expect(pragma('cell_size_check')).toBe(1)
    expect(pragma('foreign_keys')).toBe(1)
    expect(pragma('mmap_size')).toBe(0)
    expect(() => project.file.connection.exec('UPDATE sqlite_schema SET sql = sql')).toThrow(/may not be modified/)
    project.close()
  })

  it('is one file in DELETE mode once closed', async () => {
    await makeProject()
    expect(readFileSync(file)[18]).toBe(1)
    expect(['-wal', '-shm', '.lock'].filter((ending) => existsSync(file + ending))).toEqual([])
    expect(readState(file)?.clean).toBe(true)
  })

  it('is given read-only to a second opener, who is told by whom it is held, and sees later writes', async () => {
    await makeProject()
    const first = await openProject(file, {}, surroundings)
    const second = await openProject(file, {}, surroundings)
    expect(second.header().state).toBe('read-only')
    expect(second.header().reason).toContain(`process ${process.pid}`)
    await addVolume(first, 'b')
    expect(second.volumes.list().map((volume) => volume.id)).toEqual(['a', 'b'])
    expect(() => second.studies.update('study-of-a', { group: 'x' }, 'test')).toThrow(/open for reading only/)
    second.close()
    first.close()
    const third = await openProject(file, {}, surroundings)
    expect(third.header().state).toBe('writable')
    third.close()
  })

  it('takes over the lock of a process that is dead, and asks about one of another computer', async () => {
    await makeProject()
    const dead = spawnSync(process.execPath, ['-e', 'console.log(process.pid)']).stdout.toString().trim()
    const owner = {
      pid: Number(dead),
      host: (await import('node:os')).hostname(),
      processStart: null,
      since: '2026-01-01T00:00:00.000Z',
      nonce: 'x',
    }
    writeFileSync(`${file}.lock`, JSON.stringify(owner))
    const own = await openProject(file, {}, surroundings)
    expect(own.file.writable).toBe(true)
    own.close()
    writeFileSync(`${file}.lock`, JSON.stringify({ ...owner, host: 'elsewhere' }))
    const asked = await openProject(file, {}, surroundings)
    expect(asked.header()).toMatchObject({ state: 'read-only', reason: expect.stringContaining('“elsewhere”') })
    asked.close()
    const taken = await openProject(file, { takeOverLock: true }, surroundings)
    expect(taken.file.writable).toBe(true)
    taken.close()
  })

  it('stops writing once the file is deleted or replaced under it', async () => {
    await makeProject()
    const project = await openProject(file, {}, surroundings)
    renameSync(file, path.join(place.folder, 'away.saliscope'))
    expect(() => project.studies.update('study-of-a', { group: 'x' }, 'test')).toThrow(/moved, deleted or replaced/)
    expect(project.header().state).toBe('read-only')
    project.close()
  })

  it('leaves nothing of a write that fails half-way', async () => {
    await makeProject()
    const project = await openProject(file, {}, surroundings)
    const counter = readState(file)?.changeCounter
    expect(() =>
      project.file.write({ actor: 'test', action: 'x', subject: 'y' }, () => {
        project.file.connection.exec("UPDATE studies SET cohort = 'half'")
        throw new Error('no further')
      }),
    ).toThrow('no further')
    expect(project.studies.list()[0].group).toBe('')
    expect(readState(file)?.changeCounter).toBe(counter)
    project.close()
  })
})

describe('a file that is no usable project is refused and left unchanged', () => {
  const refused = async (code: string): Promise<void> => {
    const before = hashOf(file)
    await expect(openProject(file, {}, surroundings)).rejects.toMatchObject({ code })
    expect(hashOf(file)).toBe(before)
    expect(existsSync(`${file}.lock`)).toBe(false)
  }

  it('missing', async () => {
    await expect(openProject(file, {}, surroundings)).rejects.toMatchObject({ code: 'project.missing' })
  })

  it('zero bytes', async () => {
    writeFileSync(file, '')
    await refused('project.empty')
  })

  it('a renamed JPEG, and another SQLite database', async () => {
    writeFileSync(file, Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2000)]))
    await refused('project.not-a-project')
    rmSync(file)
    const other = new Database(file)
    other.exec('CREATE TABLE notes (x)')
    other.close()
    await refused('project.not-a-project')
  })

  it('a newer version', async () => {
    await makeProject()
    const bytes = readFileSync(file)
    bytes.writeUInt32BE(migrations.length + 1, 60)
    writeFileSync(file, bytes)
    await refused('project.newer')
  })

  it('cut in half, or with a page of zeros', async () => {
    await makeProject()
    const whole = readFileSync(file)
    rmSync(`${file}.state`)
    writeFileSync(file, whole.subarray(0, whole.length / 2))
    await refused('project.damaged')
    const zeroed = Buffer.from(whole)
    zeroed.fill(0, 8192, 16384)
    writeFileSync(file, zeroed)
    await refused('project.damaged')
  })

  it('with a trigger, a view or a table of others', async () => {
    for (const sql of [
      'CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM studies; END',
      'CREATE VIEW v AS SELECT * FROM studies',
      'CREATE TABLE t (x)',
    ]) {
      file = path.join(place.folder, `${sql.slice(7, 10)}.saliscope`)
      await makeProject()
      const connection = connect(file, { readonly: false })
      connection.exec(sql)
      connection.close()
      await refused('project.foreign-schema')
    }
  })

  it('an existing file is never written over by a new project', async () => {
    writeFileSync(file, 'precious')
    await expect(createProject(file, 'Test', surroundings)).rejects.toMatchObject({ code: 'project.exists' })
    expect(readFileSync(file, 'utf8')).toBe('precious')
  })
})

describe('recent work that is missing is noticed', () => {
  it('when the journal was deleted, and opens as it is on request', async () => {
    await makeUnclean()
    rmSync(`${file}-wal`)
    await expect(openProject(file, {}, surroundings)).rejects.toMatchObject({
      code: 'project.recent-work-missing',
      outcome: 'asked',
    })
    const project = await openProject(file, { acceptLoss: true }, surroundings)
    expect(project.file.writable).toBe(true)
    project.close()
  })

  it('when one byte in the middle of the journal is flipped', async () => {
    await makeUnclean()
    const wal = readFileSync(`${file}-wal`)
    wal[Math.floor(wal.length / 2)] ^= 1
    writeFileSync(`${file}-wal`, wal)
    await expect(openProject(file, {}, surroundings)).rejects.toMatchObject({ code: 'project.recent-work-missing' })
  })

  it('when the main file was copied alone while open', async () => {
    await makeUnclean()
    for (const ending of ['-wal', '-shm', '.state']) rmSync(file + ending)
    await expect(openProject(file, {}, surroundings)).rejects.toMatchObject({ code: 'project.recent-work-missing' })
  })

  it('but not after a plain kill, nor when a closed project is copied alone', async () => {
    await makeUnclean()
    const killed = await openProject(file, {}, surroundings)
    expect(killed.volumes.list()).toHaveLength(1)
    killed.close()
    rmSync(`${file}.state`)
    const copied = await openProject(file, {}, surroundings)
    expect(copied.volumes.list()).toHaveLength(1)
    copied.close()
  })

  it('when an older state of the file was put back', async () => {
    await makeProject()
    const state = readState(file)
    if (state !== null) writeState(file, { ...state, changeCounter: state.changeCounter + 3 })
    await expect(openProject(file, {}, surroundings)).rejects.toMatchObject({
      detail: { expected: (state?.changeCounter ?? 0) + 3 },
    })
  })
})

describe('a project that may not be written', () => {
  const asUser = process.getuid?.() === 0 ? it.skip : it

  asUser('opens for reading in a read-only folder and leaves it as it was', async () => {
    await makeProject()
    chmodSync(place.folder, 0o500)
    try {
      const project = await openProject(
        file,
        {},
        { ...surroundings, privateFolder: path.join(place.folder, '..', 'private-test') },
      )
      expect(project.header()).toMatchObject({ state: 'read-only', reason: 'Its folder cannot be written.' })
      expect(project.volumes.list()).toHaveLength(1)
      project.close()
    } finally {
      chmodSync(place.folder, 0o700)
    }
  })

  it('is read from memory when it is in WAL mode without a journal, and from a private copy with one', async () => {
    await makeUnclean()
    const project = await openProject(file, { readOnly: true }, surroundings)
    expect(project.volumes.list()).toHaveLength(1)
    expect(project.header().state).toBe('read-only')
    project.close()
    const clean = path.join(place.folder, 'wal.saliscope')
    const connection = connect(path.join(place.folder, 'live.saliscope'), { readonly: false })
    connection.pragma('journal_mode = WAL')
    connection.close()
    copyFileSync(path.join(place.folder, 'live.saliscope'), clean)
    const before = hashOf(clean)
    const memory = await openProject(clean, { readOnly: true }, surroundings)
    expect(await memory.volumes.readAll('a')).toEqual(noise(16 * 12 * 8, 1))
    memory.close()
    expect(hashOf(clean)).toBe(before)
    expect([`${clean}-wal`, `${clean}.lock`].filter(existsSync)).toEqual([])
  })
})

describe('stored blocks', () => {
  it('are checked on read: a flipped bit is named, the item marked, the rest works', async () => {
    const project = await createProject(file, 'Test', surroundings)
    await addVolume(project, 'a')
    await addVolume(project, 'b')
    project.close()
    const connection = connect(file, { readonly: false })
    const data = connection.prepare('SELECT data FROM chunks ORDER BY object_id LIMIT 1').pluck().get() as Buffer
    data[data.length >> 1] ^= 4
    connection.prepare('UPDATE chunks SET data = ? WHERE object_id = (SELECT min(object_id) FROM chunks)').run(data)
    connection.close()
    const again = await openProject(file, {}, surroundings)
    await expect(again.volumes.readAll('a')).rejects.toMatchObject({ code: 'project.damaged-chunk' })
    expect(again.volumes.damageOf('a')).toContain('checksum')
    expect(await again.volumes.readAll('b')).toEqual(noise(16 * 12 * 8, 1))
    expect((await again.verify(() => {})).damaged).toHaveLength(1)
    again.close()
  })

  it('are cut at whole slices and put together again', async () => {
    const slice = 512 * 512
    const bytes = noise(slice * 40, 7)
    const packed = await packObject(bytes, slice)
    expect(packed.chunks.length).toBeGreaterThan(1)
    for (const chunk of packed.chunks) expect(chunk.firstByte % slice).toBe(0)
    const project = await createProject(file, 'Test', surroundings)
    await addVolume(project, 'a', [512, 512, 40], bytes)
    expect(await project.volumes.readSlices('a', 31, 34)).toEqual(bytes.subarray(31 * slice, 34 * slice))
    project.close()
  })

  it('lie in the side folder beyond the limit, and leave with their item', async () => {
    let project = await createProject(file, 'Test', surroundings)
    await addVolume(project, 'a')
    project.close()
    project = await openProject(file, { insideLimitBytes: 100 }, surroundings)
    await addVolume(project, 'b', [16, 12, 9])
    expect(project.objects.orphans()).toEqual([])
    const [name] = project.file.connection
      .prepare('SELECT sha256 FROM chunks WHERE data IS NULL')
      .pluck()
      .all() as string[]
    const outside = path.join(`${file}.chunks`, name)
    expect(existsSync(outside)).toBe(true)
    expect((await project.volumes.readAll('b')).byteLength).toBe(16 * 12 * 9)
    const backup = await project.backUp()
    project.studies.remove('study-of-b', 'test')
    expect(existsSync(outside)).toBe(false)
    project.close()
    const restored = await openProject(backup, {}, surroundings)
    expect((await restored.volumes.readAll('b')).byteLength).toBe(16 * 12 * 9)
    restored.close()
  })
})

describe('migration', () => {
  const next: Migration = {
    version: migrations.length + 1,
    name: 'notes',
    sql: 'CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;',
  }

  it('backs up, brings the file to the new form, and keeps everything', async () => {
    await makeProject()
    const project = await openProject(file, { migrations: [...migrations, next] }, surroundings)
    expect(project.file.connection.prepare('SELECT count(*) FROM notes').pluck().get()).toBe(0)
    expect(await project.volumes.readAll('a')).toEqual(noise(16 * 12 * 8, 1))
    const [backup] = project.backups()
    expect(path.basename(backup)).toContain(`before format ${next.version}`)
    project.close()
    const old = await openProject(backup, {}, surroundings)
    expect(old.volumes.list()).toHaveLength(1)
    old.close()
    await expect(openProject(file, {}, surroundings)).rejects.toMatchObject({ code: 'project.newer' })
  })

  it('leaves the old file when a step fails, and names the step', async () => {
    await makeProject()
    const broken: Migration = {
      ...next,
      sql: 'CREATE TABLE notes (id INTEGER PRIMARY KEY) STRICT; CREATE TABLE studies (x);',
    }
    await expect(openProject(file, { migrations: [...migrations, broken] }, surroundings)).rejects.toMatchObject({
      code: 'project.migration',
    })
    const project = await openProject(file, {}, surroundings)
    expect(project.volumes.list()).toHaveLength(1)
    project.close()
  })

  it('runs every step there is on an empty file', async () => {
    const called: number[] = []
    const project = await createProject(file, 'Test', {
      ...surroundings,
      onWritePoint: (name) => void (name.startsWith('migration-') && called.push(Number(name.slice(10)))),
    })
    expect(called).toEqual(migrations.map((step) => step.version))
    project.close()
  })
})

describe('backups', () => {
  it('are closed projects of their own; the sixth replaces the first', async () => {
    let minute = 0
    const project = await createProject(file, 'Test', {
      ...surroundings,
      clock: () => new Date(Date.UTC(2026, 0, 1, 0, minute++)),
    })
    await addVolume(project, 'a')
    const made: string[] = []
    for (let n = 0; n < 6; n++) made.push(await project.backUp())
    expect(project.backups()).toEqual(made.slice(1).reverse())
    expect(project.header().lastBackupAt).not.toBeNull()
    project.close()
    const backup = await openProject(made[5], { readOnly: true }, surroundings)
    expect(await backup.volumes.readAll('a')).toEqual(noise(16 * 12 * 8, 1))
    backup.close()
  })
})

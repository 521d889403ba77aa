import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canonicalJson } from './canonical-json.ts'
import { addModel, addVolume, temporaryFolder, testMap, testSurroundings } from './fixtures.support.ts'
import { packObject } from './pack.ts'
import { createProject, openProject, type Project } from './project.ts'

let place: ReturnType<typeof temporaryFolder>
let project: Project

beforeEach(async () => {
  place = temporaryFolder()
  project = await createProject(path.join(place.folder, 'p.saliscope'), 'Test', testSurroundings(place.folder))
})
afterEach(() => {
  project.close()
  place.remove()
})

const drawn = {
  id: 'm',
  volumeId: 'a',
  reader: 'reader',
  origin: 'drawn' as const,
  segments: [],
  addedAt: '2026-01-01T00:00:00.000Z',
}
const stroke = (sequence: number, value: number) => ({
  sequence,
  box: [1, 3, 1, 2, 0, 2] as const,
  voxels: new Uint8Array(4).fill(value),
})

describe('masks', () => {
  beforeEach(async () => {
    await addVolume(project, 'a')
    await project.masks.create(drawn)
  })

  it('keep versions unchanged while strokes go on, and count strokes across them', async () => {
    await project.masks.addStroke('m', stroke(1, 1))
    const saved = await project.masks.saveVersion('m', 'one', '2026-01-01T00:00:00.000Z')
    expect(saved).toMatchObject({ version: 1, counts: { 1: 4 } })
    await project.masks.addStroke('m', stroke(2, 2))
    expect(project.masks.get('m')).toMatchObject({ pendingStrokes: 1, lastSequence: 2 })
    expect((await project.masks.voxels('m', 1))[1 + 16]).toBe(1)
    expect((await project.masks.voxels('m'))[1 + 16]).toBe(2)
  })

  it('acknowledge a repeated stroke, and refuse one out of order or out of the image', async () => {
    await project.masks.addStroke('m', stroke(1, 1))
    expect(await project.masks.addStroke('m', stroke(1, 1))).toMatchObject({ sequence: 1, pendingStrokes: 1 })
    await expect(project.masks.addStroke('m', stroke(1, 9))).rejects.toMatchObject({ code: 'project.stroke-order' })
    await expect(project.masks.addStroke('m', stroke(3, 1))).rejects.toMatchObject({ code: 'project.stroke-order' })
    await expect(project.masks.addStroke('m', { ...stroke(2, 1), box: [15, 17, 1, 2, 0, 2] })).rejects.toMatchObject({
      code: 'project.stroke-shape',
    })
    await expect(project.masks.addStroke('m', { ...stroke(2, 1), voxels: new Uint8Array(3) })).rejects.toMatchObject({
      code: 'project.stroke-shape',
    })
    expect(project.masks.get('m').pendingStrokes).toBe(1)
  })

  it('are the same after closing, with snapshots in between', async () => {
    for (let n = 1; n <= 205; n++) await project.masks.addStroke('m', stroke(n, n % 250))
    const before = await project.masks.voxels('m')
    expect(project.file.connection.prepare('SELECT count(*) FROM mask_strokes').pluck().get()).toBe(5)
    const { path: file } = project.file
    project.close()
    project = await openProject(file, {}, testSurroundings(place.folder))
    expect(await project.masks.voxels('m')).toEqual(before)
    expect(project.masks.get('m')).toMatchObject({ pendingStrokes: 205, lastSequence: 205 })
  })

  it('take an imported array as their first version', async () => {
    const voxels = new Uint8Array(16 * 12 * 8)
    voxels[5] = 3
    const mask = await project.masks.create({ ...drawn, id: 'i', origin: 'imported', voxels })
    expect(mask.versions).toMatchObject([{ version: 1, counts: { 3: 1 } }])
    expect(await project.masks.voxels('i')).toEqual(voxels)
    await expect(project.masks.create({ ...drawn, id: 'j', voxels: new Uint8Array(3) })).rejects.toMatchObject({
      code: 'project.stroke-shape',
    })
  })
})

describe('maps', () => {
  it('are written once per key, and leave with their image', async () => {
    const volume = await addVolume(project, 'a')
    const model = await addModel(project, 'n')
    const values = await packObject(new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer), 24)
    expect(project.maps.add(testMap('k', volume, model), values, 'test')).toBe(true)
    expect(project.maps.add(testMap('k', volume, model), values, 'test')).toBe(false)
    expect(await project.maps.values('k')).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6))
    expect(project.worklist()).toMatchObject([{ code: 'P-a', mapCount: 1 }])
    project.studies.remove('study-of-a', 'test')
    expect(project.maps.list()).toEqual([])
    expect(
      project.file.connection.prepare('SELECT count(*) FROM objects WHERE kind <> ?').pluck().get('model file'),
    ).toBe(0)
  })
})

describe('rows', () => {
  it('that do not fit their schema are named and not used', async () => {
    await addVolume(project, 'a')
    project.file.connection.exec(`UPDATE volumes SET record = json_set(record, '$.slope', 'steep')`)
    expect(() => project.volumes.get('a')).toThrow(
      expect.objectContaining({ code: 'project.damaged-row', detail: { field: 'slope' } }),
    )
    project.file.connection.prepare('UPDATE volumes SET record = ?').run('['.repeat(5000))
    expect(() => project.volumes.get('a')).toThrow(expect.objectContaining({ code: 'project.damaged-row' }))
  })

  it('of the audit log name every user action in order', async () => {
    await addVolume(project, 'a')
    project.studies.update('study-of-a', { group: 'sick' }, 'reader')
    expect(project.audit.after(0).map((entry) => [entry.actor, entry.action])).toEqual([
      ['test', 'import'],
      ['reader', 'study.update'],
    ])
    expect(project.audit.after(1)).toHaveLength(1)
  })

  it('refuse a code that another case has', async () => {
    await addVolume(project, 'a')
    await addVolume(project, 'b')
    expect(() => project.studies.update('study-of-a', { code: 'P-b' }, 'test')).toThrow(/already/)
    expect(project.studies.freeCode('P-b')).toBe('P-b-2')
  })
})

describe('canonical JSON', () => {
  it('does not depend on the order of keys and refuses what has no JSON', () => {
    expect(canonicalJson({ b: [1, -0], a: { d: null, c: 'x', e: undefined } })).toBe(
      '{"a":{"c":"x","d":null},"b":[1,0]}',
    )
    expect(canonicalJson({ a: 1, b: 2 })).toBe(canonicalJson({ b: 2, a: 1 }))
    expect(() => canonicalJson({ a: Number.NaN })).toThrow(/finite/)
    expect(() => canonicalJson({ a: () => 1 })).toThrow(/function/)
  })
})

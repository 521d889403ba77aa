// Small made-up contents for the tests of this folder and of those that stand on it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { mapSchema, type SaliencyMap } from '../shared/domain/map.ts'
import { type Model, modelSchema } from '../shared/domain/model.ts'
import { type Volume, volumeSchema } from '../shared/domain/study.ts'
import { packObject } from './pack.ts'
import type { Project } from './project.ts'
import type { Surroundings } from './surroundings.ts'

/** A folder that is removed after the test. */
export function temporaryFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'saliscope-test-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

let counter = 0

export function testSurroundings(folder: string, more: Partial<Surroundings> = {}): Surroundings {
  return {
    clock: () => new Date(),
    newId: (prefix) => `${prefix}-${process.pid}-${++counter}`,
    programVersion: '0.0.0-test',
    privateFolder: path.join(folder, 'private'),
    ...more,
  }
}

/** Voxels that differ everywhere and compress badly enough to fill chunks. */
export function noise(count: number, seed: number): Uint8Array {
  const out = new Uint8Array(count)
  let state = (seed * 2654435761 + 1) >>> 0
  for (let n = 0; n < count; n++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    out[n] = state >>> 24
  }
  return out
}

export function testVolume(id: string, dims: readonly [number, number, number], sha256: string): Volume {
  return volumeSchema.parse({
    id,
    seriesId: `series-of-${id}`,
    studyId: `study-of-${id}`,
    name: id,
    grid: { dims: [...dims], affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1], physical: true, oriented: true },
    channels: 1,
    type: 'uint8',
    slope: 1,
    intercept: 0,
    unit: 'a.u.',
    modality: 'CT',
    range: [0, 255],
    windows: [],
    frameOfReference: null,
    sha256,
    bytes: dims[0] * dims[1] * dims[2],
    findings: [],
    labels: {},
  })
}

/** A study with one series and one volume, in one write; nothing happens when it is there. */
export async function addVolume(
  project: Project,
  id: string,
  dims: readonly [number, number, number] = [16, 12, 8],
  voxels: Uint8Array = noise(dims[0] * dims[1] * dims[2], id.length),
): Promise<Volume> {
  const there = project.volumes.byImportKey(`key-${id}`)
  if (there !== null) return there
  const packed = await packObject(voxels, dims[0] * dims[1])
  const volume = testVolume(id, dims, packed.sha256)
  project.file.write({ actor: 'test', action: 'import', subject: id }, () => {
    project.studies.insert({
      id: volume.studyId,
      key: `study-key-${id}`,
      code: `P-${id}`,
      patientCode: `P-${id}`,
      date: null,
      description: '',
      group: '',
      split: '',
      addedAt: '2026-01-01T00:00:00.000Z',
    })
    project.studies.insertSeries({
      id: volume.seriesId,
      key: `key-${id}`,
      studyId: volume.studyId,
      number: 1,
      modality: 'CT',
      description: 'axial',
      source: 'dicom',
      fileCount: dims[2],
      findings: [],
    })
    project.volumes.insert(volume, packed, null)
  })
  return volume
}

export function testModel(id: string, sha256: string): Model {
  return modelSchema.parse({
    id,
    name: id,
    fileName: `${id}.onnx`,
    sha256,
    bytes: 3,
    report: {
      sha256,
      bytes: 3,
      producer: 'test',
      irVersion: 8,
      opsets: { '': 17 },
      repairs: [],
      inputs: [{ name: 'x', type: 'float', dims: [1, 1, 8, 8] }],
      outputs: [{ name: 'y', type: 'float', dims: [1, 2] }],
      operators: [],
      head: 'none',
      scoreCount: 2,
      layout: 'NCHW',
      camLayers: [],
      methods: [],
      warnings: [],
      forwardMs: 1,
    },
    card: null,
    addedAt: '2026-01-01T00:00:00.000Z',
  })
}

export async function addModel(project: Project, id: string): Promise<Model> {
  const content = await packObject(Uint8Array.of(1, 2, 3), 1)
  const model = testModel(id, content.sha256)
  project.models.add(model, [{ name: model.fileName, main: true, content }], 'test')
  return model
}

export function testMap(key: string, volume: Volume, model: Model): SaliencyMap {
  return mapSchema.parse({
    key,
    volumeId: volume.id,
    modelId: model.id,
    method: 'gradient',
    methodVersion: 1,
    parameters: {},
    layer: null,
    target: { index: 0, output: 'logit', negate: false },
    seed: 0,
    dims: [1, 2, 3],
    grid: { dims: [3, 2, 1], affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], physical: true, oriented: true },
    score: 1.5,
    check: null,
    warnings: [],
    statistics: { min: -1, max: 1, p01: -1, p99: 1, p99abs: 1, signed: true, flat: false },
    provenance: {
      engineVersion: '1',
      ortVersion: '1',
      provider: 'cpu',
      threads: 1,
      optimisation: 'all',
      computeMs: 1,
      peakMemoryMb: null,
    },
    createdAt: '2026-01-01T00:00:00.000Z',
  })
}

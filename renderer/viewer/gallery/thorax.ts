import type { Grid } from '../../../main/shared/domain/geometry.ts'
import type { SaliencyMap } from '../../../main/shared/domain/map.ts'
import type { Mask } from '../../../main/shared/domain/mask.ts'
import type { Volume } from '../../../main/shared/domain/study.ts'
import { applyToPoint } from '../../../main/shared/geometry/affine.ts'
import { mapStatistics } from '../slice/map-statistics.ts'

const smooth = (a: number, b: number, x: number) => {
  const t = Math.min(1, Math.max(0, (x - a) / (b - a)))
  return t * t * (3 - 2 * t)
}

function hash(x: number, y: number, z: number): number {
  const s = Math.sin(x * 127.1 + y * 311.7 + z * 74.7) * 43758.5453
  return s - Math.floor(s)
}

const nodule = { x: -74, y: 6, z: 22, r: 12 }

/** Hounsfield value of a drawn thorax at LPS mm; centre of the chest at the origin. */
function hu(x: number, y: number, z: number): number {
  const taper = 1 - 0.12 * smooth(60, 150, z)
  const body = Math.hypot(x / (172 * taper), y / (112 * taper))
  if (body > 1) return -1000
  let value = body > 0.93 ? -90 : 45
  const lung = (cx: number) => Math.hypot((x - cx) / 66, (y - 4) / 84, (z - 10) / 118)
  const left = lung(82)
  const right = lung(-82)
  const inLung = Math.min(left, right)
  if (inLung < 1) {
    value = -850
    for (let n = 0; n < 26; n++) {
      const side = n % 2 ? 1 : -1
      const a = n * 2.399
      const cx = side * (26 + 42 * hash(n, 1, 2))
      const slope = 0.7 * Math.sin(a)
      const d = Math.hypot(
        y - 30 * Math.cos(a) - slope * (x - cx),
        z - 70 * (hash(n, 4, 5) - 0.5) * 2 - 0.6 * Math.cos(a) * (x - cx),
      )
      if (d < 2.4 - Math.abs(x - cx) / 40) value = 30
    }
    const diaphragm = -70 + 24 * Math.cos((x / 90) * 1.6) + y * 0.15
    if (z < diaphragm) value = 60
  }
  if (
    Math.hypot((x + 14) / 50, (y + 34) / 40, (z + 30) / 48) < 1 ||
    Math.hypot((x - 22) / 52, (y + 26) / 46, (z + 28) / 46) < 1
  )
    value = 48
  if (Math.hypot(x / 11, (y + 2) / 10) < 1 && z > 10) value = -990
  if (Math.hypot((x - 20) / 14, (y - 46) / 14) < 1) value = 150
  if (Math.hypot(x, (y - 72) * 1.1) < 21)
    value = 300 + 300 * smooth(15, 21, Math.hypot(x, (y - 72) * 1.1)) * Number(Math.sin(z / 4) > -0.7)
  if (Math.hypot(x / 16, (y + 96) / 6) < 1 && z > -60) value = 420
  const ring = Math.abs(body - 0.865)
  const wave = ((z + 0.35 * y + 400) % 26) - 13
  if (ring < 0.036 && Math.abs(wave) < 5.4 && z < 120 && y > -84)
    value = 380 + 380 * smooth(0.2, 1, Math.hypot(ring / 0.036, wave / 5.4))
  const rough =
    nodule.r * (1 + 0.16 * Math.sin(Math.atan2(y - nodule.y, x - nodule.x) * 5) * Math.cos((z - nodule.z) / 6))
  if (Math.hypot(x - nodule.x, y - nodule.y, z - nodule.z) < rough) value = 70
  return value + (hash(x, y, z) - 0.5) * 60
}

export function thoraxGrid(dims: [number, number, number], spacing: [number, number, number], physical = true): Grid {
  const origin = dims.map((n, a) => (-(n - 1) / 2) * spacing[a])
  return {
    dims,
    affine: [spacing[0], 0, 0, origin[0], 0, spacing[1], 0, origin[1], 0, 0, spacing[2], origin[2], 0, 0, 0, 1],
    physical,
    oriented: physical,
  }
}

function fill(grid: Grid, put: (offset: number, x: number, y: number, z: number) => void): void {
  const [ni, nj, nk] = grid.dims
  for (let k = 0, p = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, p++) {
        const [x, y, z] = applyToPoint(grid.affine, [i, j, k])
        put(p, x, y, z)
      }
}

export function thoraxVolume(
  dims: [number, number, number],
  spacing: [number, number, number],
): { volume: Volume; data: Int16Array } {
  const grid = thoraxGrid(dims, spacing)
  const data = new Int16Array(dims[0] * dims[1] * dims[2])
  fill(grid, (p, x, y, z) => {
    data[p] = hu(x, y, z)
  })
  const volume: Volume = {
    id: 'gallery',
    seriesId: 's',
    studyId: 'st',
    name: 'CT chest',
    grid,
    channels: 1,
    type: 'int16',
    slope: 1,
    intercept: 0,
    unit: 'HU',
    modality: 'CT',
    range: [-1030, 1300],
    windows: [{ width: 1400, level: -350, name: 'chest' }],
    frameOfReference: '1.2',
    sha256: '',
    bytes: data.byteLength,
    findings: [],
    labels: {},
  }
  return { volume, data }
}

/** The same chest with every voxel split into 2×2×2, for speed: drawing it finely would take a minute. */
export function splitVoxels(from: { volume: Volume; data: Int16Array }): { volume: Volume; data: Int16Array } {
  const [ni, nj, nk] = from.volume.grid.dims
  const { affine } = from.volume.grid
  const dims: [number, number, number] = [ni * 2, nj * 2, nk * 2]
  const grid = thoraxGrid(dims, [affine[0] / 2, affine[5] / 2, affine[10] / 2])
  const data = new Int16Array(dims[0] * dims[1] * dims[2])
  for (let k = 0, p = 0; k < dims[2]; k++)
    for (let j = 0; j < dims[1]; j++)
      for (let i = 0; i < dims[0]; i++, p++) data[p] = from.data[(i >> 1) + ni * ((j >> 1) + nj * (k >> 1))]
  return { volume: { ...from.volume, grid, bytes: data.byteLength }, data }
}

/** A map with a hot nodule and a few weak spots, on a coarser grid; `spread` blurs it. */
export function thoraxMap(
  key: string,
  method: string,
  spread: number,
  signed = false,
): { map: SaliencyMap; data: Float32Array } {
  const grid = thoraxGrid([86, 64, 64], [4, 4, 4])
  const data = new Float32Array(86 * 64 * 64)
  fill(grid, (p, x, y, z) => {
    const blob = (cx: number, cy: number, cz: number, s: number, a: number) =>
      a * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2) / (2 * s * s))
    const value =
      blob(nodule.x, nodule.y, nodule.z, 8 * spread, 1) +
      blob(-58, 14, 28, 6 * spread, 0.35) +
      blob(-100, -30, 10, 7 * spread, 0.22) +
      blob(46, 24, 22, 6 * spread, signed ? -0.6 : 0.2)
    data[p] = (value + (hash(x, y, z) - 0.5) * 0.05 * Math.abs(value)) * 9e-4
    if (!signed) data[p] = Math.max(0, data[p])
  })
  return { data, map: mapRecord(key, method, grid, data) }
}

export function mapRecord(key: string, method: string, grid: Grid, data: Float32Array): SaliencyMap {
  const s = mapStatistics(data)
  return {
    key,
    volumeId: 'gallery',
    modelId: 'm',
    method,
    parameters: {},
    layer: null,
    target: { index: 0, output: 'logit', negate: false },
    seed: 1,
    methodVersion: 1,
    dims: [1, ...grid.dims].reverse(),
    grid,
    score: 0.87,
    check: null,
    warnings: [],
    statistics: { ...s, p01: s.min },
    provenance: {
      engineVersion: '0',
      ortVersion: '0',
      provider: 'cpu',
      threads: 1,
      optimisation: 'all',
      computeMs: 1,
      peakMemoryMb: null,
    },
    createdAt: '2026-01-01T00:00:00Z',
  }
}

export function thoraxMask(grid: Grid): { mask: Mask; data: Uint8Array } {
  const data = new Uint8Array(grid.dims[0] * grid.dims[1] * grid.dims[2])
  fill(grid, (p, x, y, z) => {
    if (x > -20 || z < 0 || z > 45) return
    const d = Math.hypot(x - nodule.x, y - nodule.y, z - nodule.z)
    if (
      d <
      nodule.r * (1.05 + 0.16 * Math.sin(Math.atan2(y - nodule.y, x - nodule.x) * 5) * Math.cos((z - nodule.z) / 6))
    )
      data[p] = 1
    else if (Math.hypot(x + 46, y + 6, z - 24) < 6) data[p] = 2
  })
  const segment = (value: number, name: string, colour: string): Mask['segments'][number] => ({
    value,
    name,
    colour,
    visible: true,
    locked: false,
    status: 'in-progress',
    notes: '',
  })
  const mask: Mask = {
    id: 'mask',
    volumeId: 'gallery',
    reader: 'R2',
    origin: 'drawn',
    segments: [segment(1, 'Nodule', '#56b4e9'), segment(2, 'Vessel at margin', '#fb4e92')],
    nothingToMark: false,
    versions: [],
    pendingStrokes: 0,
    lastSequence: 0,
  }
  return { mask, data }
}

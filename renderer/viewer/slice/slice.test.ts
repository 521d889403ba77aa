import { describe, expect, it } from 'vitest'
import { displayRange, sharedRange } from '../../../main/shared/colour/display-range.ts'
import type { Grid } from '../../../main/shared/domain/geometry.ts'
import type { Volume } from '../../../main/shared/domain/study.ts'
import { planeFrame } from '../geometry/planes.ts'
import type { ImageLayer } from '../volume/layers.ts'
import { dropSmallClusters } from './clusters.ts'
import { greyLevels, type MapStyle, overlayMap, paintGrey } from './composite.ts'
import { crackEdges, levelLines, smoothEdges } from './contour.ts'
import { extractPlane, slabSlices } from './extract.ts'
import { mapStatistics, topLevel } from './map-statistics.ts'
import { OUTSIDE, samplePlane } from './resample.ts'
import { sampleMap } from './sample-map.ts'
import type { ViewWindow } from './view-window.ts'

const off = { mode: 'off', thicknessMm: 1 } as const

function grid(dims: [number, number, number], spacing = [1, 1, 1], origin = [0, 0, 0]): Grid {
  const [a, b, c] = spacing
  return {
    dims,
    affine: [a, 0, 0, origin[0], 0, b, 0, origin[1], 0, 0, c, origin[2], 0, 0, 0, 1],
    physical: true,
    oriented: true,
  }
}

function image(g: Grid, data: Int16Array, slope = 1, intercept = 0): ImageLayer {
  const volume = {
    grid: g,
    channels: 1,
    slope,
    intercept,
    id: 'v',
    modality: 'CT',
    range: [0, 1],
    windows: [],
  } as unknown as Volume
  return { volume, data, loaded: new Uint8Array(g.dims[2]).fill(1), early: new Map(), revision: 0 }
}

const style: MapStyle = {
  low: 0,
  high: 1,
  threshold: 0.3,
  signed: false,
  opacity: 0.6,
  table: 'inferno',
  hideZeros: false,
}
const rgb = (word: number) => [word & 255, (word >> 8) & 255, (word >> 16) & 255]

describe('alpha-over', () => {
  it('of red at 0.6 over 128 gives 204, 51, 51', () => {
    const out = Uint32Array.of(0xff808080)
    // The reference colour is pure red; the composite formula is checked with it through the same rounding.
    const table = [255, 0, 0]
    const mixed = table.map((c) => Math.floor(128 * 0.4 + c * 0.6 + 0.5))
    expect(mixed).toEqual([204, 51, 51])
    overlayMap(out, 1, { values: Float32Array.of(1), style })
    expect(rgb(out[0])).toEqual([0xfc, 0xff, 0xa4].map((c) => Math.floor(128 * 0.4 + c * 0.6 + 0.5)))
  })

  it('leaves the base below the threshold, outside the map and at hidden zeros', () => {
    const out = Uint32Array.of(0xff808080, 0xff808080, 0xff808080)
    overlayMap(out, 3, { values: Float32Array.of(0.29, OUTSIDE, 0), style: { ...style, hideZeros: true } })
    expect([...out]).toEqual([0xff808080, 0xff808080, 0xff808080])
  })

  it('cuts both sides of a signed map and keeps zero in the middle', () => {
    const signed: MapStyle = { ...style, low: -1, high: 1, signed: true, table: 'signed-dark', opacity: 1 }
    const out = Uint32Array.of(0xff000000, 0xff000000, 0xff000000)
    overlayMap(out, 3, { values: Float32Array.of(-1, 0.1, 1), style: signed })
    expect(rgb(out[0])).toEqual([0xa9, 0xdc, 0xff])
    expect(out[1]).toBe(0xff000000)
    expect(rgb(out[2])).toEqual([0xff, 0xd9, 0x8a])
  })

  it('does not depend on the grey window of the base (mrtrix3#240)', () => {
    const values = Float32Array.of(0.8)
    const opaque = { values, style: { ...style, opacity: 1 } }
    const pictures = [100, 1500].map((width) => {
      const grey = new Uint8Array(1)
      greyLevels(Float32Array.of(40), { width, level: 50, invert: false }, grey)
      const out = new Uint32Array(1)
      paintGrey(grey, out)
      overlayMap(out, 1, opaque)
      return out[0]
    })
    expect(pictures[0]).toBe(pictures[1])
  })

  it('hatches what is not a number', () => {
    const out = new Uint32Array(16).fill(0xff000000)
    overlayMap(out, 16, { values: new Float32Array(16).fill(Number.NaN), style })
    expect([...out].filter((w) => w !== 0xff000000)).toHaveLength(2)
  })
})

describe('grey window', () => {
  it('maps the window ends to 0 and 255, its level to the middle, and paints the unknown black', () => {
    const grey = new Uint8Array(5)
    greyLevels(Float32Array.of(-300, 0, 100, Number.NaN, 60), { width: 100, level: 50, invert: false }, grey)
    expect([...grey]).toEqual([0, 0, 255, 0, 153])
    greyLevels(Float32Array.of(-300, 0, 100, Number.NaN, 60), { width: 100, level: 50, invert: true }, grey)
    expect([...grey]).toEqual([255, 255, 0, 0, 102])
  })
})

describe('planes of an image', () => {
  const g = grid([3, 4, 5], [1, 1, 2])
  const data = Int16Array.from({ length: 60 }, (_, p) => p)
  it('are cut along each axis in index order, in units of the image', () => {
    const layer = image(g, data, 2, -10)
    expect(extractPlane(layer, planeFrame(g, 'axial'), 1, off).values[0]).toBe(12 * 2 - 10)
    const sagittal = extractPlane(layer, planeFrame(g, 'sagittal'), 2, off)
    expect([sagittal.width, sagittal.height]).toEqual([4, 5])
    expect(sagittal.values[1 + 4 * 3]).toBe((2 + 3 * (1 + 4 * 3)) * 2 - 10)
  })

  it('take maximum, minimum and mean over a slab, also with a falling slope', () => {
    const frame = planeFrame(g, 'axial')
    const slab = { mode: 'max', thicknessMm: 6 } as const
    expect(slabSlices(frame, 2, slab)).toEqual([1, 3])
    expect(extractPlane(image(g, data), frame, 2, slab).values[0]).toBe(36)
    expect(extractPlane(image(g, data, -1), frame, 2, slab).values[0]).toBe(-12)
    expect(extractPlane(image(g, data), frame, 2, { mode: 'min', thicknessMm: 6 }).values[0]).toBe(12)
    expect(extractPlane(image(g, data), frame, 2, { mode: 'mean', thicknessMm: 6 }).values[0]).toBe(24)
  })

  it('are NaN where voxels have not arrived, and true where a slice came alone', () => {
    const layer = image(g, data)
    layer.loaded[2] = 0
    expect(extractPlane(layer, planeFrame(g, 'axial'), 2, off).values[0]).toBeNaN()
    expect(extractPlane(layer, planeFrame(g, 'coronal'), 0, off).values[2 * 3]).toBeNaN()
    layer.early.set('2:2', data.slice(24, 36))
    expect(extractPlane(layer, planeFrame(g, 'axial'), 2, off).values[5]).toBe(29)
    layer.early.set(
      '1:1',
      Int16Array.from({ length: 15 }, (_, p) => 100 + p),
    )
    expect(extractPlane(layer, planeFrame(g, 'coronal'), 1, off).values[4]).toBe(104)
  })
})

describe('sampling', () => {
  const g = grid([4, 4, 1])
  const frame = planeFrame(g, 'axial')
  const plane = { width: 4, height: 4, values: Float32Array.from({ length: 16 }, (_, p) => p) }

  it('at one pixel per voxel gives the voxels themselves', () => {
    const view: ViewWindow = { width: 4, height: 4, mmPerPixel: 1, centre: [1.5, 1.5] }
    const out = new Float32Array(16)
    samplePlane(plane, frame, view, true, out)
    expect([...out]).toEqual([...plane.values])
  })

  it('keeps half a voxel round the outer centres and nothing beyond', () => {
    const view: ViewWindow = { width: 6, height: 1, mmPerPixel: 1, centre: [1.5, 0] }
    const out = new Float32Array(6)
    samplePlane(plane, frame, view, true, out)
    expect([...out]).toEqual([OUTSIDE, 0, 1, 2, 3, OUTSIDE])
  })

  it('averages whole blocks when shown small, so that nothing aliases', () => {
    const stripes = { width: 8, height: 2, values: Float32Array.from({ length: 16 }, (_, p) => (p % 2) * 100) }
    const wide = planeFrame(grid([8, 2, 1]), 'axial')
    const out = new Float32Array(4)
    samplePlane(stripes, wide, { width: 4, height: 1, mmPerPixel: 2, centre: [3.5, 0.5] }, true, out)
    expect([...out]).toEqual([50, 50, 50, 50])
  })
})

describe('maps of another grid', () => {
  const base = grid([8, 8, 8])
  const frame = planeFrame(base, 'axial')
  const view: ViewWindow = { width: 8, height: 8, mmPerPixel: 1, centre: [3.5, 3.5] }

  it('put a one-voxel map of half the resolution at its own millimetres', () => {
    const half = grid([4, 4, 4], [2, 2, 2], [0.5, 0.5, 0.5])
    const data = new Float32Array(64)
    data[1 + 4 * (2 + 4 * 3)] = 1
    const out = new Float32Array(64)
    sampleMap(data, half, base, frame, 6, view, false, out)
    const lit = [...out].flatMap((v, p) => (v === 1 ? [[p % 8, Math.floor(p / 8)]] : []))
    expect(lit).toEqual([
      [2, 4],
      [3, 4],
      [2, 5],
      [3, 5],
    ])
    sampleMap(data, half, base, frame, 4, view, false, out)
    expect(out.every((v) => v === 0)).toBe(true)
  })

  it('give the same values by the separable way and pixel by pixel', () => {
    const data = Float32Array.from({ length: 60 }, (_, p) => Math.sin(p * 1.7))
    const aligned: Grid = grid([3, 4, 5], [2, 1.7, 1.3], [0.4, 1, 0.2])
    const tilted: Grid = { ...aligned, affine: aligned.affine.map((v, at) => (at === 1 || at === 4 ? 1e-8 : v)) }
    const one = new Float32Array(64)
    const two = new Float32Array(64)
    sampleMap(data, aligned, base, frame, 2, view, true, one)
    sampleMap(data, tilted, base, frame, 2, view, true, two)
    for (const [p, v] of one.entries())
      if (v === OUTSIDE) expect(two[p]).toBe(OUTSIDE)
      else expect(two[p]).toBeCloseTo(v, 5)
  })

  it('lie right in all three planes of a permuted and mirrored grid', () => {
    // Map axes: i runs to superior, j to right, k to anterior.
    const affine = [0, -2, 0, 7, 0, 0, -2, 7, 2, 0, 0, 0.5, 0, 0, 0, 1]
    const turned: Grid = { dims: [4, 4, 4], affine, physical: true, oriented: true }
    const data = new Float32Array(64)
    data[1 + 4 * (0 + 4 * 3)] = 1
    const out = new Float32Array(64)
    sampleMap(data, turned, base, frame, 2, view, false, out)
    const lit = [...out].flatMap((v, p) => (v === 1 ? [[p % 8, Math.floor(p / 8)]] : []))
    expect(lit.length).toBeGreaterThan(0)
    for (const [x, y] of lit) {
      expect(Math.abs(x - 7)).toBeLessThanOrEqual(1)
      expect(Math.abs(y - 1)).toBeLessThanOrEqual(1)
    }
  })
})

describe('display range', () => {
  const stats = (min: number, max: number, p99: number) => ({
    min,
    max,
    p99,
    p99abs: p99,
    signed: min < 0,
    flat: min === max,
  })
  it('is 0 … p99 for unsigned and symmetric for signed maps', () => {
    expect(displayRange(stats(0, 10, 6), 'percentile')).toEqual({ low: 0, high: 6, signed: false })
    expect(displayRange(stats(-4, 10, 6), 'percentile')).toEqual({ low: -6, high: 6, signed: true })
    expect(displayRange(stats(-12, 10, 6), 'full')).toEqual({ low: -12, high: 12, signed: true })
  })

  it('of several maps is the widest, leaving flat ones out', () => {
    expect(sharedRange([stats(0, 10, 6), stats(0, 3, 2), stats(0, 0, 0)])).toEqual({ low: 0, high: 6, signed: false })
    expect(sharedRange([stats(0, 10, 6), stats(-9, 3, 8)])).toEqual({ low: -8, high: 8, signed: true })
  })

  it('statistics agree with sorting', () => {
    const values = Float32Array.from({ length: 1000 }, (_, n) => n / 10)
    const s = mapStatistics(values)
    expect(s.max).toBeCloseTo(99.9, 4)
    expect(Math.abs(s.p99 - 98.9)).toBeLessThan(0.15)
    expect(topLevel(values, 5)).toBeCloseTo(95, 4)
    expect(mapStatistics(new Float32Array(4)).flat).toBe(true)
  })
})

describe('outlines', () => {
  it('of a single voxel are its four edges', () => {
    const labels = new Uint8Array(9)
    labels[4] = 3
    const lines = crackEdges(labels, 3, 3, { u0: 0, u1: 3, v0: 0, v1: 3 }).get(3)
    expect(lines).toHaveLength(16)
    expect([...(lines ?? [])].every((v) => v === 0.5 || v === 1.5)).toBe(true)
  })

  it('close, whether smooth or exact: every end is met an even number of times', () => {
    const labels = Uint8Array.from({ length: 400 }, (_, p) =>
      Math.hypot((p % 20) - 9, Math.floor(p / 20) - 10) < 6 ? 1 : (p * 7) % 31 === 0 ? 2 : 0,
    )
    const region = { u0: 0, u1: 20, v0: 0, v1: 20 }
    for (const trace of [crackEdges, smoothEdges]) {
      for (const lines of trace(labels, 20, 20, region).values()) {
        const ends = new Map<string, number>()
        for (let at = 0; at < lines.length; at += 2) {
          const key = `${lines[at]},${lines[at + 1]}`
          ends.set(key, (ends.get(key) ?? 0) + 1)
        }
        expect([...ends.values()].every((n) => n % 2 === 0)).toBe(true)
      }
    }
  })

  it('of a level run where values cross it', () => {
    const values = Float32Array.from({ length: 16 }, (_, p) => p % 4)
    const lines = levelLines(values, 4, 4, 1.25)
    for (let at = 0; at < lines.length; at += 2) expect(lines[at]).toBeCloseTo(1.25, 6)
  })
})

describe('small clusters', () => {
  it('are dropped from the picture, the rest and the original stay', () => {
    const values = Float32Array.of(1, 1, 0, 1, 0, 0, 0, 0)
    const shown = dropSmallClusters(values, [8, 1, 1], 0.5, false, 2)
    expect([...shown]).toEqual([1, 1, 0, 0, 0, 0, 0, 0])
    expect(values[3]).toBe(1)
  })
})

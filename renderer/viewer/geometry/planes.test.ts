import { describe, expect, it } from 'vitest'
import type { Grid } from '../../../main/shared/domain/geometry.ts'
import { indexToPatient, type PatientPointMm, patientToIndex } from './affine.ts'
import { directionLetters, sideLetters } from './letters.ts'
import {
  indexToPlane,
  patientToPlane,
  planeFrame,
  planeNames,
  planeToIndex,
  planeToPatient,
  sliceAt,
} from './planes.ts'

/** Mulberry32: a small seeded generator for property tests. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Grid whose index axes point along signed patient axes, e.g. ['L', 'P', 'S']. */
function gridOf(letters: readonly string[], spacing = [1, 2, 3], dims: [number, number, number] = [10, 20, 30]): Grid {
  const affine = new Array<number>(16).fill(0)
  affine[15] = 1
  letters.forEach((letter, axis) => {
    const row = 'LR'.includes(letter) ? 0 : 'PA'.includes(letter) ? 1 : 2
    affine[row * 4 + axis] = spacing[axis] * ('LPS'.includes(letter) ? 1 : -1)
  })
  return { dims, affine, physical: true, oriented: true }
}

/** All 48 ways to lay three index axes along signed patient axes. */
function allOrders(): string[][] {
  const orders: string[][] = []
  const pairs = ['LR', 'PA', 'SI']
  for (const [a, b, c] of [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]) {
    for (let flips = 0; flips < 8; flips++)
      orders.push([pairs[a][flips & 1], pairs[b][(flips >> 1) & 1], pairs[c][flips >> 2]])
  }
  return orders
}

describe('planes of all 48 axis orders', () => {
  it.each(allOrders().map((o) => [o.join('')]))('%s: radiological letters, and a marker on its own side', (order) => {
    const grid = gridOf([...order])
    const expected = {
      axial: { left: 'R', right: 'L', top: 'A', bottom: 'P' },
      coronal: { left: 'R', right: 'L', top: 'S', bottom: 'I' },
      sagittal: { left: 'A', right: 'P', top: 'S', bottom: 'I' },
    }
    for (const name of planeNames) {
      const frame = planeFrame(grid, name)
      expect(sideLetters(grid, frame)).toEqual(expected[name])
      // A point further to the left of the patient lies further right in axial and coronal views, whatever the storage order.
      const centre = indexToPatient(grid, [4, 9, 14])
      const moved = centre.map(
        (v, axis) => v + (axis === (name === 'sagittal' ? 1 : 0) ? 1 : 0),
      ) as unknown as PatientPointMm
      expect(patientToPlane(grid, frame, moved).a - patientToPlane(grid, frame, centre).a).toBeCloseTo(1, 9)
    }
  })
})

describe('plane coordinates', () => {
  it('go round trip for random oblique grids', () => {
    const next = random(7)
    for (let n = 0; n < 50; n++) {
      const [a, b, c] = [next(), next(), next()].map((v) => (v - 0.5) * 1.2)
      const rz = [
        [Math.cos(a), -Math.sin(a), 0],
        [Math.sin(a), Math.cos(a), 0],
        [0, 0, 1],
      ]
      const rx = [
        [1, 0, 0],
        [0, Math.cos(b), -Math.sin(b)],
        [0, Math.sin(b), Math.cos(b)],
      ]
      const rotation = rz.map((row) => [0, 1, 2].map((j) => row.reduce((s, v, k) => s + v * rx[k][j], 0)))
      const spacing = [0.5 + next(), 0.5 + next(), 1 + next()]
      const affine = [0, 1, 2].flatMap((r) => [...rotation[r].map((v, j) => v * spacing[j]), c * 100])
      const grid: Grid = { dims: [11, 13, 17], affine: [...affine, 0, 0, 0, 1], physical: true, oriented: true }
      const index = [next() * 10, next() * 12, next() * 16] as const
      for (const name of planeNames) {
        const frame = planeFrame(grid, name)
        const at = indexToPlane(frame, index)
        for (const [axis, v] of planeToIndex(frame, at.a, at.b, at.slice).entries())
          expect(v).toBeCloseTo(index[axis], 9)
        const back = patientToIndex(grid, planeToPatient(grid, frame, at.a, at.b, at.slice))
        for (const [axis, v] of back.entries()) expect(v).toBeCloseTo(index[axis], 6)
      }
    }
  })

  it('uses millimetres of anisotropic voxels', () => {
    const frame = planeFrame(gridOf(['L', 'P', 'S']), 'coronal')
    expect(frame.spacing).toEqual([1, 3, 2])
    expect(indexToPlane(frame, [0, 0, 29])).toEqual({ a: 0, b: 0, slice: 0 })
  })

  it('clamps the slice to the volume', () => {
    const grid = gridOf(['L', 'P', 'S'])
    expect(sliceAt(grid, planeFrame(grid, 'axial'), [0, 0, 1e6])).toBe(29)
  })

  it('shows grids without anatomy as stored and without letters', () => {
    const grid: Grid = { ...gridOf(['R', 'A', 'I']), oriented: false }
    const frame = planeFrame(grid, 'axial')
    expect(frame.axes).toEqual([0, 1, 2])
    expect(frame.signs).toEqual([1, 1])
    expect(sideLetters(grid, frame)).toBeNull()
  })
})

describe('letters', () => {
  it('name a second direction from 15° on', () => {
    expect(directionLetters([1, 0.1, 0])).toBe('L')
    expect(directionLetters([1, 0.6, 0])).toBe('LP')
    expect(directionLetters([-0.2, 0, -1])).toBe('I')
  })
})

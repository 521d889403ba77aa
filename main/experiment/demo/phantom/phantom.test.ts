import { describe, expect, it } from 'vitest'
import { recipeOf } from '../cases.ts'
import { makeCt } from './ct.ts'
import { drawsOf, noiseAt } from './draws.ts'
import { makeRadiograph } from './radiograph.ts'

const film = (over: Partial<Parameters<typeof makeRadiograph>[0]> = {}) =>
  makeRadiograph({ seed: 1, caseNumber: 4, nodules: 2, look: 'usual', marker: true, ...over })
const count = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0)

describe('the radiograph phantom', () => {
  it('is the same film for the same recipe and another for another case', () => {
    expect(film().pixels).toEqual(film().pixels)
    expect(film({ caseNumber: 5 }).pixels).not.toEqual(film().pixels)
  })

  it('differs with and without the marker only where the marker and the blur around it lie', () => {
    const shown = film()
    const hidden = film({ marker: false })
    const marker = shown.marker
    if (!marker) throw new Error('The recipe asked for a marker.')
    expect(hidden.marker).toBeNull()
    expect(count(hidden.markerMask)).toBe(0)
    for (let i = 0; i < shown.pixels.length; i++) {
      if (shown.pixels[i] === hidden.pixels[i]) continue
      expect(Math.abs((i % 512) - marker.x)).toBeLessThan(marker.halfWidth * 1.5 + 2)
      expect(Math.abs(Math.floor(i / 512) - marker.y)).toBeLessThan(marker.halfHeight * 1.5 + 2)
    }
  })

  it('draws nodules whose masks cover what changed', () => {
    const sick = film({ marker: false })
    const well = film({ marker: false, nodules: 0 })
    expect(count(well.noduleMask)).toBe(0)
    let outside = 0
    for (let i = 0; i < sick.pixels.length; i++) {
      const near = [0, 1, -1, 512, -512, 513, -513, 511, -511].some((step) => sick.noduleMask[i + step] === 1)
      if (sick.pixels[i] !== well.pixels[i] && !near) outside++
    }
    expect(outside).toBe(0)
    for (const nodule of sick.nodules) {
      expect(nodule.radius).toBeGreaterThanOrEqual(6)
      expect(nodule.radius).toBeLessThanOrEqual(32)
      expect(sick.noduleMask[Math.round(nodule.y) * 512 + Math.round(nodule.x)]).toBe(1)
    }
  })

  it('uses twelve bits, dark air beside the neck and bright bone in the middle', () => {
    const { pixels } = film({ marker: false })
    expect(Math.max(...pixels.subarray(0, 512))).toBeLessThanOrEqual(4095)
    expect(pixels[20 * 512 + 20]).toBeLessThan(200)
    expect(pixels[300 * 512 + 256]).toBeGreaterThan(2200)
  })
})

describe('the CT phantom', () => {
  const scan = makeCt({ seed: 1, caseNumber: 2, nodules: 2 })
  const at = (i: number, j: number, k: number) => scan.hu[i + 192 * (j + 192 * k)]

  it('holds air, lung, soft tissue and bone at their HU', () => {
    expect(at(5, 5, 48)).toBeLessThan(-930)
    const mean = (i0: number, j0: number, k: number) => {
      let sum = 0
      for (let j = -2; j <= 2; j++) for (let i = -2; i <= 2; i++) sum += at(i0 + i, j0 + j, k)
      return sum / 25
    }
    expect(mean(60, 110, 12)).toBeGreaterThan(30)
    expect(mean(60, 110, 12)).toBeLessThan(90)
    expect(scan.hu.filter((hu) => hu > 350).length).toBeGreaterThan(10_000)
    expect(scan.hu.filter((hu) => hu > -950 && hu < -780).length / scan.hu.length).toBeGreaterThan(0.08)
  })

  it('puts every nodule into its mask, denser than lung', () => {
    let sum = 0
    for (let i = 0; i < scan.hu.length; i++) if (scan.noduleMask[i] === 1) sum += scan.hu[i]
    expect(sum / count(scan.noduleMask)).toBeGreaterThan(-500)
    for (const { centreMm } of scan.nodules) {
      const [i, j, k] = centreMm.map((mm, axis) => Math.round(mm / 2 + ([192, 192, 96][axis] - 1) / 2))
      expect(scan.noduleMask[i + 192 * (j + 192 * k)]).toBe(1)
    }
  })

  it('is deterministic', () => {
    expect(makeCt({ seed: 1, caseNumber: 2, nodules: 2 }).hu).toEqual(scan.hu)
  })
})

describe('keyed draws', () => {
  it('do not depend on what other parts drew', () => {
    const first = drawsOf(1, 2)
    const second = drawsOf(1, 2)
    second.uniform()
    expect(first.part('ribs').uniform()).toBe(second.part('ribs').uniform())
  })

  it('have noise of mean 0 and deviation 1', () => {
    let sum = 0
    let squares = 0
    for (let i = 0; i < 100_000; i++) {
      const value = noiseAt(7, i)
      sum += value
      squares += value * value
    }
    expect(sum / 100_000).toBeCloseTo(0, 1)
    expect(squares / 100_000).toBeCloseTo(1, 1)
  })

  it('tie the marker to disease in the cheating set and nowhere else', () => {
    const recipes = (set: 'honest' | 'cheating') => Array.from({ length: 200 }, (_, n) => recipeOf(set, n))
    expect(recipes('cheating').every((r) => r.marker === r.nodules > 0)).toBe(true)
    const agreeing = recipes('honest').filter((r) => r.marker === r.nodules > 0).length
    expect(Math.abs(agreeing - 100)).toBeLessThan(30)
  })
})

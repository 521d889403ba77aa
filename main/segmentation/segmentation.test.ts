import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parametersJsonSchema, parseParameters } from '../attribution/parameters.ts'
import { counterRandom } from '../tensor/random.ts'
import { tensor } from '../tensor/tensor.ts'
import { connectedLabels } from './connectivity.ts'
import { halfNeighbourhood } from './felzenszwalb.ts'
import { labFromRgb } from './lab.ts'
import { findSegmenter, segmenters } from './registry.ts'
import { pictureFrom, pictureOf } from './segmenter.ts'
import { regularGrid } from './slic.ts'

describe('registry of segmenters', () => {
  const files = new Set(readdirSync(import.meta.dirname))
  it.each(segmenters.map((s) => [s.id, s] as const))('%s is described in full', (id, segmenter) => {
    expect(files).toContain(`${id}.ts`)
    const schema = parametersJsonSchema(segmenter.parameters) as {
      properties: Record<string, { title?: string; description?: string }>
    }
    for (const field of Object.values(schema.properties)) expect(field.title && field.description).toBeTruthy()
    expect(() => parseParameters(segmenter, {})).not.toThrow()
  })
  it('names the known ones when asked for another', () => {
    expect(() => findSegmenter('watershed')).toThrow(
      /no segmenter "watershed"; known are felzenszwalb, slic, quickshift/,
    )
  })
})

describe('pictures', () => {
  it('ignores spatial axes of length 1', () => {
    expect(pictureFrom(tensor([1, 2, 1, 3, 4]))).toMatchObject({ channels: 2, dims: [3, 4] })
  })
  it('refuses other shapes and values that are not finite', () => {
    expect(() => pictureFrom(tensor([3, 4]))).toThrow(/\[1, channels, …spatial\]/)
    expect(() => pictureOf(Float64Array.of(1, Number.NaN), 1, [2])).toThrow(/NaN at element 1/)
  })
})

const halves = (dims: number[], left: number, right: number, noise = 0) => {
  const random = counterRandom(0)
  const n = dims.reduce((a, b) => a * b, 1)
  const width = dims[dims.length - 1]
  return pictureOf(
    Float64Array.from({ length: n }, (_, i) => (i % width < width / 2 ? left : right) + noise * random.normal(0, 0, i)),
    1,
    dims,
  )
}
const agrees = (labels: Int32Array, width: number) =>
  labels.every((l, i) => l === (i % width < width / 2 ? labels[0] : labels[width - 1]))

describe('segmenters find two halves', () => {
  it.each([[[16, 20]], [[6, 8, 10]]])('felzenszwalb on %j', (dims) => {
    const labels = findSegmenter('felzenszwalb').run(halves(dims, 0, 1, 0.01), { scale: 50, sigma: 0, minimumSize: 20 })
    expect(new Set(labels).size).toBe(2)
    expect(agrees(labels, dims[dims.length - 1])).toBe(true)
  })
  it('slic keeps its segments within a half when colour counts', () => {
    const labels = findSegmenter('slic').run(halves([24, 24], 0, 1, 0.01), {
      segments: 16,
      compactness: 0.05,
      iterations: 10,
      sigma: 0,
      connected: true,
    })
    const left = new Set(labels.filter((_, i) => i % 24 < 12))
    const right = new Set(labels.filter((_, i) => i % 24 >= 12))
    expect([...left].filter((l) => right.has(l))).toEqual([])
    expect(left.size + right.size).toBe(Math.max(...labels) + 1)
  })
  it('slic stands a constant image and one segment', () => {
    expect(
      new Set(
        findSegmenter('slic').run(halves([9, 9], 2, 2), {
          segments: 1,
          compactness: 10,
          iterations: 10,
          sigma: 0,
          connected: true,
        }),
      ),
    ).toEqual(new Set([0]))
  })
  it('quickshift separates halves that lie far apart in value', () => {
    const labels = findSegmenter('quickshift').run(halves([14, 16], 0, 40), {
      ratio: 1,
      kernelSize: 2,
      maximumDistance: 30,
      lab: false,
      seed: 42,
    })
    const left = new Set(labels.filter((_, i) => i % 16 < 8))
    expect(labels.some((l, i) => i % 16 >= 8 && left.has(l))).toBe(false)
  })
  it('quickshift refuses volumes and grey images in Lab', () => {
    const run = (dims: number[], lab: boolean) => () =>
      findSegmenter('quickshift').run(halves(dims, 0, 1), { ratio: 1, kernelSize: 2, maximumDistance: 5, lab, seed: 0 })
    expect(run([4, 4, 4], false)).toThrow(/two-dimensional/)
    expect(run([4, 4], true)).toThrow(/three channels/)
  })
})

describe('parts', () => {
  it('half neighbourhoods hold one of every pair of opposite steps', () => {
    for (const rank of [1, 2, 3]) {
      const steps = halfNeighbourhood(rank).map((s) => s.join())
      expect(steps.length).toBe((3 ** rank - 1) / 2)
      for (const step of halfNeighbourhood(rank)) expect(steps).not.toContain(step.map((d) => -d || 0).join())
    }
  })
  it('regular grids equal the examples of scikit-image', () => {
    expect(regularGrid([20, 40], 8)).toEqual([
      { start: 5, step: 10 },
      { start: 5, step: 10 },
    ])
    expect(regularGrid([3, 20, 40], 8)).toEqual([
      { start: 1, step: 3 },
      { start: 5, step: 10 },
      { start: 5, step: 10 },
    ])
    expect(regularGrid([2, 2], 9)).toEqual([
      { start: 0, step: 1 },
      { start: 0, step: 1 },
    ])
  })
  it('small pieces join a neighbour, large ones are split', () => {
    const labels = Int32Array.of(0, 0, 0, 1, 0, 0)
    expect([...connectedLabels(labels, [1, 1, 6], 2, 10)]).toEqual([0, 0, 0, 0, 1, 1])
    expect(new Set(connectedLabels(new Int32Array(6), [1, 1, 6], 1, 3)).size).toBe(2)
  })
  it('Lab of white, black and red', () => {
    const lab = labFromRgb(Float64Array.of(1, 0, 1, /**/ 1, 0, 0, /**/ 1, 0, 0))
    const column = (i: number) => [lab[i], lab[3 + i], lab[6 + i]]
    column(0).forEach((v, k) => {
      expect(v).toBeCloseTo([100, 0, 0][k], 1)
    })
    expect(column(1).every((v) => Math.abs(v) < 1e-9)).toBe(true)
    column(2).forEach((v, k) => {
      expect(v).toBeCloseTo([53.24, 80.09, 67.2][k], 1)
    })
  })
})

import { describe, expect, it } from 'vitest'
import { gaussianBlur, gaussianKernel, reflected } from './gaussian.ts'
import { mergeChannels } from './merge.ts'
import { quantile } from './quantile.ts'
import { resize, splineCoefficients } from './resize.ts'

const close = (actual: ArrayLike<number>, expected: number[], digits = 10) => {
  expect(actual.length).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) expect(actual[i]).toBeCloseTo(expected[i], digits)
}

describe('gaussianBlur', () => {
  it('equals scipy.ndimage.gaussian_filter1d([1,0,0,0,2], 0.8) with mode reflect', () => {
    // From the definition: kernel of radius 3, half-sample reflection.
    const k = gaussianKernel(0.8)
    expect(k.length).toBe(7)
    const x = [1, 0, 0, 0, 2]
    const expected = x.map((_, i) => {
      let s = 0
      for (let p = -3; p <= 3; p++) s += k[p + 3] * x[reflected(i + p, 5)]
      return s
    })
    close(gaussianBlur(Float32Array.from(x), [5], [0], 0.8, 'reflect'), expected)
  })
  it('keeps the sum under reflection and loses it over a zero border', () => {
    const x = Float64Array.from({ length: 24 }, (_, i) => Math.sin(i) + 2)
    const sum = (a: Float64Array) => a.reduce((s, v) => s + v, 0)
    expect(sum(gaussianBlur(x, [4, 6], [0, 1], 2, 'reflect'))).toBeCloseTo(sum(x), 10)
    expect(sum(gaussianBlur(x, [4, 6], [0, 1], 2, 'zero'))).toBeLessThan(sum(x))
  })
  it('reflects more than once and leaves σ = 0 alone', () => {
    expect([-1, -3, -4, 3, 5, 6].map((p) => reflected(p, 3))).toEqual([0, 2, 2, 2, 0, 0])
    close(gaussianBlur(Float32Array.of(1, 5), [2], [0], 0, 'zero'), [1, 5])
    close(gaussianBlur(Float32Array.of(7), [1], [0], 3, 'reflect'), [7])
  })
})

describe('quantile', () => {
  it('equals numpy.quantile by both rules', () => {
    const v = [3, 1, 4, 1, 5]
    expect(quantile(v, 0.3)).toBeCloseTo(1.4, 12)
    expect(quantile(v, 0.3, 'lower')).toBe(1)
    expect(quantile(v, 1)).toBe(5)
    expect(quantile([2], 0.7)).toBe(2)
    expect(() => quantile([], 0.5)).toThrow(RangeError)
    expect(() => quantile(v, 1.1)).toThrow(RangeError)
  })
})

describe('mergeChannels', () => {
  it('merges by every rule, channels first and last', () => {
    const first = Float32Array.of(1, -2, /**/ -4, -1)
    const last = Float32Array.of(1, -4, /**/ -2, -1)
    const expected = {
      sum: [-3, -3],
      'absolute-sum': [5, 3],
      'sum-absolute': [3, 3],
      max: [1, -1],
      'max-absolute': [4, 2],
      l2: [Math.sqrt(17), Math.sqrt(5)],
    } as const
    for (const [rule, values] of Object.entries(expected)) {
      close(mergeChannels(first, [2, 2], 0, rule as keyof typeof expected), [...values])
      close(mergeChannels(last, [2, 2], 1, rule as keyof typeof expected), [...values])
    }
    close(mergeChannels(first, [2, 2], null, 'l2'), [1, 2, 4, 1])
  })
})

describe('resize', () => {
  it('samples half-pixel centres linearly (torch interpolate, align_corners=False)', () => {
    close(resize(Float32Array.of(0, 4), [2], [4], { interpolation: 'linear' }), [0, 1, 3, 4])
    close(resize(Float32Array.of(0, 2, 4, 6), [4], [2], { interpolation: 'linear' }), [1, 5])
  })
  it('takes the nearest centre (torch nearest-exact)', () => {
    close(resize(Float32Array.of(1, 2, 3), [3], [5], { interpolation: 'nearest' }), [1, 1, 2, 3, 3])
    // Sample 18 of 37 lies half-way between two of six, sample 20 of 41 between two of eight: torch takes these.
    expect(resize(Float32Array.of(0, 1, 2, 3, 4, 5), [6], [37], { interpolation: 'nearest' })[18]).toBe(2)
    expect(resize(Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7), [8], [41], { interpolation: 'nearest' })[20]).toBe(3)
    // scipy.ndimage.zoom with grid_mode takes the later one.
    const six = Float32Array.of(0, 1, 2, 3, 4, 5)
    expect(resize(six, [6], [37], { interpolation: 'nearest', ties: 'scipy' })[18]).toBe(3)
    close(resize(Float32Array.of(1, 2, 3, 4), [4], [2], { interpolation: 'nearest' }), [2, 4])
  })
  it('works on any rank and leaves equal axes alone', () => {
    const out = resize(Float32Array.of(0, 4, 8, 12), [2, 1, 2], [2, 1, 4], { interpolation: 'linear' })
    close(out, [0, 1, 3, 4, 8, 9, 11, 12])
  })
  it('interpolates by a cubic spline that passes through its samples', () => {
    const x = Float64Array.of(1, 3, 2, 5, 4, 4, 1)
    const c = Float64Array.from(x)
    splineCoefficients(c)
    for (let i = 1; i < 6; i++) expect((c[i - 1] + 4 * c[i] + c[i + 1]) / 6).toBeCloseTo(x[i], 12)
    // Odd factors keep the old centres: every third sample is an old one.
    const out = resize(x, [7], [21], { interpolation: 'cubic' })
    for (let i = 0; i < 7; i++) expect(out[3 * i + 1]).toBeCloseTo(x[i], 8)
    expect(Math.max(...out)).toBeLessThanOrEqual(5)
  })
  it('averages when shrinking with antialias', () => {
    const x = Float64Array.from({ length: 64 }, (_, i) => i % 2)
    const rough = resize(x, [64], [16], { interpolation: 'nearest' })
    const smooth = resize(x, [64], [16], { interpolation: 'linear', antialias: true })
    expect(Math.max(...rough)).toBe(0)
    // The ends see the reflected neighbour twice, hence 0.1.
    for (const v of smooth) expect(Math.abs(v - 0.5)).toBeLessThan(0.1)
  })
})

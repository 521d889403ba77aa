import { describe, expect, it } from 'vitest'
import { counterRandom, permutation, philox } from './random.ts'

const hex = (words: Uint32Array) => [...words].map((w) => w.toString(16).padStart(8, '0')).join(' ')

describe('counter-based random numbers', () => {
  it.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ] as const)('gives the known answers of Random123 (kat_vectors, philox4x32 10)', (counter, key, expected) => {
    const out = new Uint32Array(4)
    philox([...counter], [...key], out)
    expect(hex(out)).toBe(expected)
  })

  it('gives the same numbers one at a time and in rows', () => {
    const random = counterRandom(5)
    for (const n of [1, 2, 3, 5, 8]) {
      const u = new Float64Array(n)
      const z = new Float64Array(n)
      random.fillUniform(2, 7, u)
      random.fillNormal(2, 7, z)
      for (let e = 0; e < n; e++) {
        expect(u[e]).toBe(random.uniform(2, 7, e))
        expect(z[e]).toBe(random.normal(2, 7, e))
      }
    }
  })

  it('has the moments of U(0,1) and N(0,1)', () => {
    const random = counterRandom(1)
    const n = 40000
    const u = new Float64Array(n)
    const z = new Float64Array(n)
    random.fillUniform(0, 0, u)
    random.fillNormal(0, 1, z)
    const mean = (a: Float64Array, power: number) => a.reduce((s, v) => s + v ** power, 0) / n
    // Bounds of five standard errors.
    expect(Math.abs(mean(u, 1) - 0.5)).toBeLessThan((5 * 0.2887) / Math.sqrt(n))
    expect(Math.abs(mean(u, 2) - 1 / 3)).toBeLessThan((5 * 0.2981) / Math.sqrt(n))
    expect(Math.abs(mean(z, 1))).toBeLessThan(5 / Math.sqrt(n))
    expect(Math.abs(mean(z, 2) - 1)).toBeLessThan((5 * Math.SQRT2) / Math.sqrt(n))
    expect(Math.abs(mean(z, 4) - 3)).toBeLessThan((5 * Math.sqrt(96)) / Math.sqrt(n))
  })

  it('differs by seed, item and sample', () => {
    const first = counterRandom(0).uniform(0, 0, 0)
    expect(counterRandom(1).uniform(0, 0, 0)).not.toBe(first)
    expect(counterRandom(2 ** 32).uniform(0, 0, 0)).not.toBe(first)
    expect(counterRandom(-1).uniform(0, 0, 0)).not.toBe(first)
    expect(counterRandom(0).uniform(1, 0, 0)).not.toBe(first)
    expect(counterRandom(0).uniform(0, 1, 0)).not.toBe(first)
  })

  it('permutes without losing a number', () => {
    const order = permutation(counterRandom(3), 0, 0, 50)
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i))
    expect([...order]).not.toEqual(Array.from({ length: 50 }, (_, i) => i))
  })
})

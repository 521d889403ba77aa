import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SaliscopeError } from '../shared/errors.ts'
import { tensor } from '../tensor/tensor.ts'
import { parametersJsonSchema, parseParameters, parseSettings, valueFromText } from './parameters.ts'
import { findMethod, methods } from './registry.ts'

const refused = (work: () => unknown): SaliscopeError => {
  try {
    work()
  } catch (error) {
    if (error instanceof SaliscopeError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('registry of methods', () => {
  const files = new Set(readdirSync(import.meta.dirname))
  it.each(methods.map((m) => [m.id, m] as const))('%s is described in full', (id, method) => {
    expect(files).toContain(`${id}.ts`)
    for (const text of [method.title, method.summary, method.source]) expect(text.length).toBeGreaterThan(3)
    const schema = parametersJsonSchema(method.parameters) as {
      properties?: Record<string, { title?: string; description?: string }>
      required?: string[]
    }
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      expect(field.title, `${id} ${name}`).toBeTruthy()
      expect(field.description, `${id} ${name}`).toBeTruthy()
    }
    if (!schema.required?.length) {
      const p = parseParameters(method, {})
      const cost = method.cost(p, [1, 32, 32])
      expect(cost.forward + cost.gradient).toBeGreaterThan(0)
    }
  })

  it('finds a method and names the known ones otherwise', () => {
    expect(findMethod('gradient').id).toBe('gradient')
    expect(refused(() => findMethod('magic')).message).toMatch(/no saliency method "magic"; known are gradient,/)
  })
})

describe('parameters', () => {
  const ig = findMethod('integrated-gradients')
  it('fills defaults and takes words, numbers and arrays', () => {
    expect(parseParameters(ig, {})).toMatchObject({ steps: 50, rule: 'midpoint', baseline: 0 })
    expect(parseParameters(ig, { baseline: 'blur:3' })).toMatchObject({ baseline: 'blur:3' })
    const array = tensor([1, 2, 2])
    expect(parseParameters(ig, { baseline: array })).toMatchObject({ baseline: array })
  })
  it('gathers the parameters of a wrapped method', () => {
    expect(parseParameters(findMethod('smoothgrad'), { of: 'integrated-gradients', 'of.steps': 12 })).toMatchObject({
      ofParameters: { steps: 12 },
    })
  })
  it.each([
    [{ steps: 0 }, /integrated-gradients cannot take 0 for steps; it takes a whole number from 1 up to 100000\./],
    [{ steps: 2.5 }, /cannot take 2.5 for steps/],
    [
      { rule: 'simpson' },
      /cannot take "simpson" for rule; it takes midpoint, left, right, gauss-legendre, inclusive, trapezoid\./,
    ],
    [
      { baseline: 'blur:x' },
      /for baseline; it takes a number, minimum, maximum, mean, black-white, blur:SIGMA, an array/,
    ],
    [{ step: 3 }, /has no parameter step; it takes steps, rule, baseline/],
  ])('refuses %j in one sentence', (flat, message) => {
    const error = refused(() => parseParameters(ig, flat))
    expect(error.code).toBe('attribution.parameter')
    expect(error.message).toMatch(message)
  })
  it('takes output, negate and seed out for every method', () => {
    const settings = parseSettings(ig, { steps: 3, output: 'probability', negate: true, seed: 7 })
    expect(settings).toMatchObject({ parameters: { steps: 3 }, output: 'probability', negate: true, seed: 7 })
    expect(refused(() => parseSettings(ig, { output: 'both' })).message).toMatch(/logit or probability/)
  })
  it('reads command-line text', () => {
    expect(['3', '-1e-3', 'true', 'auto', '@a.npy', ''].map(valueFromText)).toEqual([
      3,
      -0.001,
      true,
      'auto',
      '@a.npy',
      '',
    ])
  })
  it('marks arrays in the exported schema', () => {
    const schema = parametersJsonSchema(findMethod('rise').parameters) as {
      properties: Record<string, { format?: string; default?: unknown }>
    }
    expect(schema.properties.draws.format).toBe('array')
    expect(schema.properties.masks.default).toBe(4000)
  })
})

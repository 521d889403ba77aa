import { describe, expect, it } from 'vitest'
import { SaliscopeError } from '../../shared/errors.ts'
import { tensor } from '../../tensor/tensor.ts'
import { parseParameters } from '../parameters.ts'
import { findMethod } from '../registry.ts'
import { findPreset, presets, withPreset } from './registry.ts'

const needs: Readonly<Record<string, unknown>> = { references: tensor([2, 1, 4, 4]) }

describe.each(presets.map((p) => [p.id, p] as const))('preset %s', (_id, preset) => {
  it.each(Object.keys(preset.methods))('sets parameters that %s takes', (id) => {
    const method = findMethod(id)
    const given = id === 'expected-gradients' || id === 'deepshap' ? needs : {}
    expect(() => parseParameters(method, withPreset(preset, id, given))).not.toThrow()
  })
  it('turns no defect on', () => {
    for (const flat of Object.values(preset.methods))
      expect(Object.keys(flat).filter((name) => name.startsWith('legacy.'))).toEqual([])
  })
})

describe('presets', () => {
  it('are overruled by what stands beside them', () => {
    const flat = withPreset(findPreset('pair'), 'integrated-gradients', { steps: 7 })
    expect(parseParameters(findMethod('integrated-gradients'), flat)).toMatchObject({ steps: 7, rule: 'inclusive' })
  })
  it('name what they do not have', () => {
    const refused = (work: () => unknown): unknown => {
      try {
        return work()
      } catch (error) {
        return error
      }
    }
    const unknown = refused(() => findPreset('pear'))
    expect(unknown).toBeInstanceOf(SaliscopeError)
    expect(unknown).toMatchObject({
      code: 'attribution.preset',
      message: expect.stringMatching(/captum, pair, quantus/),
    })
    expect(refused(() => withPreset(findPreset('zennit'), 'rise', {}))).toMatchObject({ code: 'attribution.preset' })
  })
})

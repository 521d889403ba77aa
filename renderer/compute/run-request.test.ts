import { describe, expect, it } from 'vitest'
import type { PresetEntry } from '../ui/registries.ts'
import {
  type ChosenMethod,
  missingWords,
  presetDefaults,
  presetReason,
  presetWords,
  type RunChoice,
  runRequest,
  underPreset,
} from './run-request.ts'

const preset: PresetEntry = {
  id: 'captum',
  title: 'captum',
  source: 'captum 0.9.0',
  methods: { gradient: {}, smoothgrad: { samples: 5, noise: 1, 'of.steps': 3 } },
  notes: [],
}
const chosen = (method: string): ChosenMethod => ({ method, parameters: {}, layer: null })
const choice = (more: Partial<RunChoice> = {}): RunChoice => ({
  ...{ volumeIds: ['v'], modelId: 'm', targets: [0], targetMask: null, output: 'logit', preset: null, seed: 0 },
  references: null,
  methods: [chosen('gradient')],
  ...more,
})

describe('the request of a run', () => {
  it('names one class, several, or leaves it to each image', () => {
    expect(runRequest(choice())).toMatchObject({ target: 0 })
    const several = runRequest(choice({ targets: [2, 0] }))
    expect(several).toMatchObject({ targets: [2, 0] })
    expect(several).not.toHaveProperty('target')
    expect(runRequest(choice({ targets: [] }))).toMatchObject({ target: null })
  })

  it('holds a preset and positions only where they were chosen', () => {
    expect(Object.keys(runRequest(choice()) ?? {})).not.toContain('preset')
    expect(Object.keys(runRequest(choice()) ?? {})).not.toContain('targetMask')
    expect(runRequest(choice({ preset: 'captum', targetMask: { segmentName: 'Lung' } }))).toMatchObject({
      preset: 'captum',
      targetMask: { segmentName: 'Lung' },
    })
  })

  it('waits for an image, a model and a method', () => {
    expect(runRequest(choice({ volumeIds: [] }))).toBeNull()
    expect(runRequest(choice({ modelId: null }))).toBeNull()
    expect(runRequest(choice({ methods: [] }))).toBeNull()
    expect(missingWords(choice({ methods: [] }), [])).toBe('Choose at least one method.')
    expect(missingWords(choice({ volumeIds: [], methods: [] }), [])).toBe(
      'Choose at least one image and at least one method.',
    )
    expect(missingWords(choice({ volumeIds: [], modelId: null, methods: [] }), [])).toBe(
      'Choose at least one image, a model and at least one method.',
    )
  })

  it('waits for reference cases where a method takes them, and says so', () => {
    const none = choice({ references: [] })
    expect(runRequest(none)).toBeNull()
    expect(missingWords(none, ['DeepSHAP'])).toBe('DeepSHAP needs reference cases: choose some beside the parameters.')
    expect(missingWords(none, ['Expected gradients', 'DeepSHAP'])).toMatch(/^Expected gradients and DeepSHAP need /)
    const some = choice({ references: ['b', 'a'] })
    expect(runRequest(some)).toMatchObject({ references: { volumeIds: ['b', 'a'] } })
    expect(missingWords(some, ['DeepSHAP'])).toBeNull()
    expect(runRequest(choice())).not.toHaveProperty('references')
  })
})

describe('a preset in the form', () => {
  it('keeps the methods it has and says why the others cannot be ticked', () => {
    expect(underPreset(preset, [chosen('gradient'), chosen('rise')])).toEqual({
      kept: [chosen('gradient')],
      dropped: [chosen('rise')],
    })
    expect(underPreset(null, [chosen('rise')])).toEqual({ kept: [chosen('rise')], dropped: [] })
    expect(presetReason(preset, 'rise')).toBe('Not in captum 0.9.0.')
    expect(presetReason(preset, 'gradient')).toBeNull()
    expect(presetReason(null, 'rise')).toBeNull()
  })

  it('shows its values as the defaults of a form, and leaves the rest', () => {
    const schema = { properties: { samples: { type: 'integer', default: 25 }, variant: { default: 'mean' } } }
    expect(presetDefaults(schema, preset, 'smoothgrad').properties).toEqual({
      samples: { type: 'integer', default: 5 },
      variant: { default: 'mean' },
    })
    expect(presetDefaults(schema, null, 'smoothgrad')).toBe(schema)
    expect(presetDefaults(schema, preset, 'rise')).toBe(schema)
  })

  it('says in words what it sets, inner parameters too', () => {
    expect(presetWords(preset, 'smoothgrad')).toBe('samples 5, noise 1, of.steps 3')
    expect(presetWords(preset, 'gradient')).toBe('')
    expect(presetWords(null, 'gradient')).toBe('')
  })
})

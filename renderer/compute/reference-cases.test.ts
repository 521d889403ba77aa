import { describe, expect, it } from 'vitest'
import { modelCardSchema } from '../../main/shared/domain/model-card.ts'
import type { Split, WorklistRow } from '../../main/shared/domain/study.ts'
import type { MethodEntry } from '../ui/registries.ts'
import {
  referenceCandidates,
  referenceHints,
  shownCandidates,
  splitsOf,
  takesReferences,
  toggled,
  withAllShown,
} from './reference-cases.ts'

const rowOf = (id: string, split: Split, slices = 1): WorklistRow => ({
  ...{ id: `study ${id}`, code: `CR-${id}`, patientCode: '', date: null, description: '', group: '', split },
  ...{ addedAt: '', modalities: ['DX'], masks: [], mapCount: 0, measurementCount: 0, findings: [] },
  volumes: [{ id, name: 'Chest PA', dims: [64, 64, slices], modality: 'DX' }],
})
const card = (input: Record<string, unknown>) =>
  modelCardSchema.parse({
    name: 'M',
    input: { name: 'x', layout: 'NCHW', channels: 1, size: [8, 8], ...input },
    intensity: { clip: { kind: 'none' } },
    output: { name: 'y', kind: 'logits', task: 'classification', classes: ['a'] },
  })
const rows = [rowOf('a', ''), rowOf('b', 'train'), rowOf('c', 'test', 9), rowOf('d', 'train', 9)]
const flat = card({})

const entry = (id: string, ...names: string[]): MethodEntry => ({
  ...{ id, title: id, summary: '', source: '', family: 'gradient', output: 'pixel', needs: [], version: 1 },
  parameters: { properties: Object.fromEntries(names.map((name) => [name, {}])) },
})

describe('methods that explain against references', () => {
  const methods = [entry('deepshap', 'references'), entry('smoothgrad', 'of'), entry('gradient')]
  const takes = (method: string, parameters = {}) => takesReferences({ method, parameters, layer: null }, methods)
  it('take them themselves or in the method they wrap', () => {
    expect(takes('deepshap')).toBe(true)
    expect(takes('gradient')).toBe(false)
    expect(takes('smoothgrad')).toBe(false)
    expect(takes('smoothgrad', { of: 'deepshap' })).toBe(true)
    expect(takes('gradient', { of: 'deepshap' })).toBe(false)
  })
})

describe('cases offered as references', () => {
  it('tell why they cannot be one input of the model', () => {
    const reasons = (input: Record<string, unknown>) =>
      referenceCandidates(rows, card(input), []).map(({ reason }) => reason !== null)
    expect(reasons({})).toEqual([false, false, false, false])
    expect(reasons({ slices: 'all' })).toEqual([false, false, true, true])
    expect(reasons({ layout: 'NCDHW', size: [8, 8, 8] })).toEqual([true, true, false, false])
  })

  it('are searched by every word and by their split', () => {
    const all = referenceCandidates(rows, flat, [])
    expect(splitsOf(all)).toEqual(['train', 'test', ''])
    expect(shownCandidates(all, { text: 'pa cr-b', split: null }).map(({ volumeId }) => volumeId)).toEqual(['b'])
    expect(shownCandidates(all, { text: '', split: 'train' }).map(({ volumeId }) => volumeId)).toEqual(['b', 'd'])
    expect(shownCandidates(all, { text: 'none', split: null })).toEqual([])
  })

  it('keep the order they were chosen in; those that do not fit are left out', () => {
    const all = referenceCandidates(rows, card({ slices: 'all' }), [])
    expect(withAllShown(['b'], all)).toEqual(['b', 'a'])
    expect(toggled(['b', 'a'], all[1])).toEqual(['a'])
    expect(toggled(['a'], all[1])).toEqual(['a', 'b'])
    expect(toggled(['a'], all[2])).toEqual(['a'])
    // Chosen for another model before.
    expect(toggled(['a', 'c'], all[2])).toEqual(['a'])
  })

  it('are warned of before the run as the record will', () => {
    const all = referenceCandidates(rows, flat, ['a', 'b'])
    expect(referenceHints(['d'], all)).toEqual([])
    expect(referenceHints(['b', 'd'], referenceCandidates(rows, card({ slices: 'all' }), []), 1)).toEqual([
      '1 does not fit this model: take out or clear.',
      'Only 1 of them is drawn, one for each sample. Raise Samples to 2.',
    ])
    expect(referenceHints(['d'], all, 1)).toEqual([])
    expect(referenceHints(['a', 'b', 'c'], all)).toEqual([
      '2 are explained too: an item among its own references weakens its map.',
      '2 are not marked as training data.',
    ])
  })
})

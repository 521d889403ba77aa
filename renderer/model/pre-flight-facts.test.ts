import { expect, it } from 'vitest'
import { blockedByReason, stageLayers } from './pre-flight-facts.ts'

const layer = (name: string, dims: number[], isDefault = false) => ({ name, dims, isDefault })

it('shows the last layer of every resolution, the default first', () => {
  const layers = [
    layer('stem', [64, 56, 56]),
    layer('one/a', [64, 28, 28]),
    layer('one/b', [128, 28, 28]),
    layer('two', [256, 7, 7]),
    layer('relu', [256, 7, 7], true),
  ]
  expect(stageLayers(layers).map(({ name }) => name)).toEqual(['relu', 'one/b', 'stem'])
  expect(stageLayers([])).toEqual([])
})

it('keeps the default although a layer of its resolution comes after it', () => {
  const layers = [layer('chosen', [8, 4, 4], true), layer('later', [8, 4, 4])]
  expect(stageLayers(layers).map(({ name }) => name)).toEqual(['chosen'])
})

it('names each reason once, with all it blocks', () => {
  const method = (id: string, reason: string) => ({
    id,
    available: reason === '',
    reason,
    predictedMs: null,
    predictedMb: null,
  })
  const list = [
    method('gradient', 'no rule'),
    method('rise', ''),
    method('lrp', 'no rule'),
    method('grad-cam', 'no layer'),
  ]
  expect(blockedByReason(list)).toEqual([
    { reason: 'no rule', ids: ['gradient', 'lrp'] },
    { reason: 'no layer', ids: ['grad-cam'] },
  ])
})

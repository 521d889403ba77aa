import { expect, it } from 'vitest'
import type { WorklistRow } from '../../main/shared/domain/study.ts'
import { casesInState, nextToDo } from './AnnotateCases.tsx'

const row = (id: string, ...statuses: string[]) =>
  ({ id, masks: statuses.map((status, n) => ({ id: `${id}${n}`, reader: 'r', status })) }) as unknown as WorklistRow
const rows = [row('a', 'completed'), row('b'), row('c', 'in-progress'), row('d'), row('e', 'flagged')]
const ids = (some: readonly WorklistRow[]) => some.map(({ id }) => id).join('')

it('lists the cases of a state and the one that is open', () => {
  expect(ids(casesInState(rows, 'All', null))).toBe('abcde')
  expect(ids(casesInState(rows, 'To do', 'a'))).toBe('abd')
  expect(ids(casesInState(rows, 'Interim', null))).toBe('c')
  expect(ids(casesInState(rows, 'Flagged', null))).toBe('e')
})

it('finds the next case to do after the open one, round the end, never the open one itself', () => {
  expect(nextToDo(rows, 1)?.id).toBe('d')
  expect(nextToDo(rows, 4)?.id).toBe('b')
  expect(nextToDo([rows[0], rows[1]], 1)).toBeNull()
})

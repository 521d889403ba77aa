import { expect, it } from 'vitest'
import { ChangeLog } from './change-log.ts'

it('gives the same runs for a change too large to be sorted as for each of its voxels', () => {
  const size = 3_000_000
  const data = new Uint8Array(size)
  const log = new ChangeLog()
  // Every voxel is written twice, so that the number of writes passes what can be packed and the first old value must win.
  for (const value of [1, 2])
    for (let at = size - 1; at >= 0; at--) {
      log.add(at, data[at])
      data[at] = at < 10 ? 0 : value
    }
  const runs = log.runs(data)
  expect([[...runs.start], [...runs.length], [...runs.before], [...runs.after]]).toEqual([[10], [size - 10], [0], [2]])
})

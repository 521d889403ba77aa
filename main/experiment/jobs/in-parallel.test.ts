import { describe, expect, it } from 'vitest'
import { inParallel } from './in-parallel.ts'

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1))

describe('work side by side', () => {
  it('does every item once, never more at a time than asked', async () => {
    const seen: number[] = []
    let [now, most] = [0, 0]
    await inParallel([1, 2, 3, 4, 5], 2, async (item, index) => {
      most = Math.max(most, ++now)
      await soon()
      seen[index] = item
      now--
    })
    expect([seen, most]).toEqual([[1, 2, 3, 4, 5], 2])
  })

  it('takes nothing more after a failure, waits for what runs, and throws it', async () => {
    const done: number[] = []
    const work = async (item: number): Promise<void> => {
      if (item === 1) throw new Error('first')
      await soon()
      done.push(item)
    }
    await expect(inParallel([1, 2, 3, 4], 2, work)).rejects.toThrow('first')
    expect(done).toEqual([2])
    await inParallel([], 2, work)
  })
})

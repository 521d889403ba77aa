import { describe, expect, it } from 'vitest'
import type { Tensor } from '../tensor/tensor.ts'
import { linearModel, modelFrom, silentRun } from './handwritten-model.ts'
import { forEachChunk, type Rows } from './rows.ts'

const turns = async (n: number): Promise<void> => {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe('rows', () => {
  const logOf = async (leavesThreadFree: boolean, fails: { fill?: number; work?: number } = {}) => {
    const log: string[] = []
    const seen: number[][] = []
    const rows: Rows = {
      count: 7,
      item: (row) => row % 2,
      fill: (row, into) => {
        if (row === fails.fill) throw new Error(`row ${row}`)
        log.push(`fill ${row}`)
        into.fill(row)
      },
    }
    const work = async (x: Tensor, items: readonly number[], first: number): Promise<void> => {
      log.push(`start ${first}`)
      await turns(6)
      if (first === fails.work) throw new Error(`batch ${first}`)
      seen.push([...x.data, ...items])
      log.push(`end ${first}`)
    }
    const model = { ...modelFrom(linearModel([[1]], [1])), preferredBatch: 3, leavesThreadFree }
    const error = await forEachChunk(model, rows, silentRun, 'rows', work).then(
      () => null,
      (reason: Error) => reason.message,
    )
    return { log, seen, error }
  }

  it('are filled when their batch is due where runs take the thread', async () => {
    const { log } = await logOf(false)
    expect(log.join(' ')).toBe(
      'fill 0 fill 1 fill 2 start 0 end 0 fill 3 fill 4 fill 5 start 3 end 3 fill 6 start 6 end 6',
    )
  })

  it('are filled one batch ahead where runs leave it free, and worked on in the same order', async () => {
    const [ahead, plain] = [await logOf(true), await logOf(false)]
    expect(ahead.seen).toEqual(plain.seen)
    expect(ahead.log.join(' ')).toBe(
      'fill 0 fill 1 fill 2 start 0 fill 3 fill 4 fill 5 end 0 start 3 fill 6 end 3 start 6 end 6',
    )
  })

  it('fail when no batch is under way any more', async () => {
    const fill = await logOf(true, { fill: 4 })
    expect(fill.error).toBe('row 4')
    expect(fill.log.at(-1)).toBe('end 0')
    const work = await logOf(true, { work: 0 })
    expect(work.error).toBe('batch 0')
    expect(work.log.at(-1)).toBe('fill 5')
  })
})

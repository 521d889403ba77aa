import { describe, expect, it } from 'vitest'
import { inLanes } from './in-lanes.ts'

const signal = new AbortController().signal
const turns = async (n: number): Promise<void> => {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe('runs in lanes', () => {
  it('are handed over in the order of the items, whichever is ready first, and never more at a time than two for a lane', async () => {
    for (const [n, lanes, items] of [
      [1, 3, 1],
      [7, 3, 2],
      [12, 4, 1],
      [5, 2, 8],
    ]) {
      const order: [number, number][] = []
      let [under, most] = [0, 0]
      const run = async (from: number, to: number): Promise<[number, number]> => {
        most = Math.max(most, ++under)
        await turns((from * 7) % 5)
        under--
        return [from, to]
      }
      await inLanes(n, { lanes, items }, signal, run, (part) => order.push(part))
      const expected = Array.from({ length: Math.ceil(n / items) }, (_, i) => [i * items, Math.min(n, (i + 1) * items)])
      expect(order).toEqual(expected)
      expect(most).toBe(Math.min(2 * lanes, expected.length))
    }
  })

  it('end with the first failure, when no run is under way any more', async () => {
    let under = 0
    const run = async (from: number): Promise<number> => {
      under++
      await turns(from + 1)
      under--
      if (from === 1) throw new Error('item 1')
      return from
    }
    const seen: number[] = []
    await expect(inLanes(20, { lanes: 3, items: 1 }, signal, run, (v) => seen.push(v))).rejects.toThrow('item 1')
    expect(under).toBe(0)
    expect(seen).toEqual([0])
  })

  it('stop between two runs when they are cancelled', async () => {
    const stop = new AbortController()
    let runs = 0
    const run = async (): Promise<number> => {
      await turns(1)
      if (++runs === 4) stop.abort()
      return runs
    }
    await expect(inLanes(100, { lanes: 2, items: 1 }, stop.signal, run, () => {})).rejects.toMatchObject({
      code: 'cancelled',
    })
    // The four that were under way, and the three that were handed over before.
    expect(runs).toBeLessThanOrEqual(7)
  })
})

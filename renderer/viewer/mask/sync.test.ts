import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ApiFetch } from '../api.ts'
import { KeptHistories } from './kept-histories.ts'
import { open, stroke } from './mask.support.ts'
import { type SaveState, SavingRegistry } from './saving.ts'
import { MaskSync } from './sync.ts'

const accepted = () => new Response('{"sequence":1,"pendingStrokes":1}')
const refused = (code: string) =>
  new Response(JSON.stringify({ ok: false, error: { code, message: `${code}.` } }), { status: 409 })

function setUp(answer: () => Response) {
  const sent: number[] = []
  const api: ApiFetch = async (_path, init) => {
    const body = init?.body as Uint8Array
    sent.push(JSON.parse(new TextDecoder().decode(body.subarray(0, body.indexOf(10)))).sequence)
    return answer()
  }
  const document = open()
  const registry = new SavingRegistry()
  const states: SaveState[] = []
  registry.onChange((state) => states.push(state))
  const sync = new MaskSync(api, document, { lastSequence: 4, pendingStrokes: 2 }, registry)
  return { sent, document, registry, states, sync, draw: (k: number) => stroke(document, 1, [8, 7, k], 2) }
}

describe('strokes on their way to the project', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('are numbered on from the last one, and counted as no version holds them', async () => {
    const { sent, sync, draw, states } = setUp(accepted)
    draw(1)
    draw(2)
    expect([sync.state, sync.waiting]).toEqual(['saving', 2])
    await sync.settled()
    expect(sent).toEqual([5, 6])
    expect([sync.state, sync.waiting, sync.strokesSinceVersion, sync.lastSequence]).toEqual(['saved', 0, 4, 6])
    expect([states[0], states.at(-1)]).toEqual(['saving', 'saved'])
  })

  it('are tried again after a failure, in order, and none is dropped', async () => {
    let broken = true
    const { sent, sync, draw, registry } = setUp(() => (broken ? refused('project.full') : accepted()))
    draw(1)
    await vi.advanceTimersByTimeAsync(0)
    draw(2)
    expect([sync.state, registry.state, sync.stopped]).toEqual(['failed', 'failed', false])
    broken = false
    await vi.advanceTimersByTimeAsync(600)
    expect(sent).toEqual([5, 5, 6])
    expect([sync.state, registry.state]).toEqual(['saved', 'saved'])
  })

  it('stop for good when the project refuses one, and say so until they are given up', async () => {
    const { sent, sync, draw, registry } = setUp(() => refused('project.stroke-order'))
    draw(1)
    await vi.advanceTimersByTimeAsync(60_000)
    draw(2)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sent).toEqual([5])
    expect([sync.stopped, sync.waiting, registry.state]).toEqual([true, 2, 'failed'])
    await expect(sync.saveVersion('')).rejects.toThrow('project.stroke-order.')
    sync.discard()
    expect(registry.state).toBe('saved')
  })

  it('are waited for after their case was left', async () => {
    const { sent, sync, draw, registry } = setUp(accepted)
    draw(1)
    sync.dispose()
    await registry.settled()
    expect(sent).toEqual([5])
    expect(sync.state).toBe('saved')
  })
})

describe('histories of closed masks', () => {
  const drawn = () => {
    const document = open()
    stroke(document, 1, [8, 7, 5], 2)
    return document.history
  }

  it('are given back once, to the strokes they end with', () => {
    const kept = new KeptHistories()
    const history = drawn()
    kept.keep('m', history, 3)
    expect(kept.take('m', 3)).toBe(history)
    expect(kept.take('m', 3)).toBeNull()
  })

  it('are void where others have drawn in between', () => {
    const kept = new KeptHistories()
    kept.keep('m', drawn(), 3)
    expect(kept.take('m', 4)).toBeNull()
  })

  it('are forgotten from the oldest on beyond the limit, the newest never', () => {
    const kept = new KeptHistories(drawn().bytes + 1)
    for (const id of ['a', 'b', 'c']) kept.keep(id, drawn(), 1)
    expect(['a', 'b', 'c'].map((id) => kept.take(id, 1) !== null)).toEqual([false, false, true])
  })
})

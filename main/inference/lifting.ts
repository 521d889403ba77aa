import { SaliscopeError } from '../shared/errors.ts'
import { sizeOf } from '../tensor/tensor.ts'
import { type AtBatch, plausibleInput } from './batches.ts'
import { modelBytesFor } from './model-bytes.ts'
import type { Prepared } from './prepare.ts'
import { SCORES } from './score-head.ts'
import { float32Of, Session, type SessionSettings } from './session.ts'

/** Rounding of float32; items that mix would differ by far more. */
const TOLERANCE = 1e-4

/** Scores of a batch given as items, on the CPU without optimisation. */
async function scoresOf(
  at: AtBatch,
  itemDims: readonly number[],
  items: readonly Float32Array[],
  settings: SessionSettings,
): Promise<Float32Array> {
  const data = new Float32Array(items.length * items[0].length)
  items.forEach((item, i) => {
    data.set(item, i * item.length)
  })
  const source = modelBytesFor(at.model)
  const session = await Session.load(source.model, { ...settings, provider: 'cpu', optimisation: 'disabled' }).finally(
    source.release,
  )
  try {
    const feeds = {
      [at.model.graph.inputs[0].name]: { type: 'float' as const, dims: [items.length, ...itemDims], data },
    }
    return float32Of((await session.run(feeds))[SCORES])
  } finally {
    await session.close()
  }
}

function agree(a: ArrayLike<number>, b: Float32Array): boolean {
  const scale = b.reduce((most, v) => Math.max(most, Math.abs(v)), 1e-6)
  return b.every((v, i) => Math.abs(v - a[i]) <= TOLERANCE * scale)
}

/**
 * Decides, when a file states its batch size, whether its graph may be rewritten to others: two images are run together
 * and one by one, and only equal scores allow it. Files that leave the batch open need no rewriting.
 */
export class Lifting {
  readonly #prepared: Prepared
  readonly #settings: SessionSettings
  readonly warnings: string[] = []
  #decided: Promise<boolean> | undefined

  constructor(prepared: Prepared, settings: SessionSettings) {
    this.#prepared = prepared
    this.#settings = settings
  }

  /** The batch size that runs must have for n items; null when any will do. */
  async fixedBatch(n: number): Promise<number | null> {
    const { statedBatch } = this.#prepared
    if (statedBatch === null || n === statedBatch) return statedBatch
    this.#decided ??= this.#canLift(statedBatch)
    return (await this.#decided) ? null : statedBatch
  }

  async #canLift(stated: number): Promise<boolean> {
    const { itemDims } = this.#prepared.input
    const items = Array.from({ length: 2 * stated }, (_, i) => plausibleInput([sizeOf(itemDims)], i * 2.1))
    try {
      const single = await this.#prepared.at('logit', stated)
      const double = await this.#prepared.at('logit', 2 * stated)
      const together = await scoresOf(double, itemDims, items, this.#settings)
      const first = await scoresOf(single, itemDims, items.slice(0, stated), this.#settings)
      const second = await scoresOf(single, itemDims, items.slice(stated), this.#settings)
      if (agree(together.subarray(0, first.length), first) && agree(together.subarray(first.length), second))
        return true
      this.warnings.push(
        `The model was exported for a batch of ${stated} and gives other scores in a larger one, so it runs at ${stated}.`,
      )
    } catch (error) {
      const isTied =
        error instanceof SaliscopeError &&
        (error.code === 'graph.shape' || error.code === 'inference.run' || error.code === 'inference.load')
      if (!isTied) throw error
      this.warnings.push(error.message)
    }
    return false
  }
}

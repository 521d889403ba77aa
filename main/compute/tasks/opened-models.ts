import { statSync } from 'node:fs'
import { type OpenedModel, openModel } from '../../inference/open-model.ts'
import type { TaskContext } from '../task.ts'
import type { ModelPayload } from './payload.ts'

/** Models that stay open in one process; a batch works on one or two at a time. */
const LIMIT = 2

const opened = new Map<string, Promise<OpenedModel>>()

/** A file is another one when any of these changes, so a replaced file is never served from the cache. */
function keyOf(path: string, itemDims: readonly number[] | null, payload: ModelPayload): string {
  const { size, mtimeMs } = statSync(path)
  return JSON.stringify([
    path,
    size,
    mtimeMs,
    payload.sha256,
    itemDims,
    payload.threads,
    payload.provider,
    payload.optimisation,
    payload.memoryMb,
    payload.probability,
  ])
}

/**
 * The model of a payload, opened once per process and kept with its sessions. On a second attempt the CPU is used: the
 * first may have died in a driver; the record names the provider that ran.
 */
export async function openedModel(
  payload: ModelPayload,
  itemDims: readonly number[] | null,
  context: TaskContext,
): Promise<OpenedModel> {
  const path = context.granted(payload.path)
  const used: ModelPayload = context.attempt > 1 ? { ...payload, provider: 'cpu' } : payload
  const key = keyOf(path, itemDims, used)
  const known = opened.get(key)
  const model =
    known ??
    openModel(path, {
      ...(itemDims === null ? {} : { itemDims }),
      ...(used.threads === null ? {} : { threads: used.threads }),
      ...(used.optimisation === null ? {} : { optimisation: used.optimisation }),
      provider: used.provider,
      memoryMb: used.memoryMb,
      probability: used.probability,
    })
  opened.delete(key)
  opened.set(key, model)
  if (known === undefined) model.catch(() => opened.delete(key)) // told to the caller; the next task tries anew
  for (const [old, other] of opened) {
    if (opened.size <= LIMIT) break
    opened.delete(old)
    await other.then(
      (one) => one.close(),
      () => undefined,
    ) // a model that failed to open holds nothing
  }
  return model
}

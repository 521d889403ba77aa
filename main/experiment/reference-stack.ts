import type { ComputePool } from '../compute/task.ts'
import type { Project } from '../project/project.ts'
import type { ModelCard } from '../shared/domain/model-card.ts'
import { sizeOf } from '../tensor/tensor.ts'
import { inParallel } from './jobs/in-parallel.ts'
import { prepareInput } from './model-input.ts'
import { type ReferenceCases, refused, unreadable } from './references.ts'

/** References as a method takes them, and what their preprocessing found, case by case. */
export interface ReferenceStack extends ReferenceCases {
  /** [R, …item] in C order. */
  readonly data: Float32Array
  readonly findings: readonly (readonly string[])[]
}

/**
 * Reads the reference cases as the explained image is read (same card, same preprocessing), and stacks them in their order.
 *
 * onRead   told after each case
 * errors   experiment.references: names the case that cannot be used
 */
export async function stackReferences(
  chosen: ReferenceCases,
  card: ModelCard,
  { project, pool, signal }: { project: Project; pool: ComputePool; signal: AbortSignal },
  onRead: (read: number, of: number) => void,
): Promise<ReferenceStack> {
  const { cases, dims } = chosen
  const size = sizeOf(dims.slice(1))
  const data = new Float32Array(cases.length * size)
  const findings = new Array<readonly string[]>(cases.length).fill([])
  let read = 0
  await inParallel(cases, pool.size, async (one, r) => {
    signal.throwIfAborted()
    const input = await prepareInput(project, pool, one.volume.id, card, signal).catch((error: unknown) => {
      signal.throwIfAborted()
      throw unreadable(one, error)
    })
    if (input.dims[0] !== 1 || input.data.length !== size)
      throw refused(
        `The reference case “${one.record.code}, ${one.record.name}” gives an input of [${input.dims.join(', ')}], where [1, ${dims.slice(1).join(', ')}] is needed.`,
        { volumeId: one.volume.id, found: input.dims },
      )
    data.set(input.data, r * size)
    findings[r] = input.findings.map(({ message }) => message)
    onRead(++read, cases.length)
  })
  return { cases, dims, data, findings }
}

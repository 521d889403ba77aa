import { z } from 'zod'
import type { ComputePool } from '../compute/task.ts'
import type { Project } from '../project/project.ts'
import { findingSchema } from '../shared/domain/finding.ts'
import { gridSchema } from '../shared/domain/geometry.ts'
import type { ModelCard } from '../shared/domain/model-card.ts'
import type { VolumeType } from '../shared/domain/study.ts'
import { SaliscopeError } from '../shared/errors.ts'

const recordSchema = z.object({
  dims: z.array(z.number().int().positive()),
  grid: gridSchema,
  range: z.tuple([z.number().nullable(), z.number().nullable()]),
  findings: z.array(findingSchema),
})

/** What a model sees of a volume. */
export type PreparedInput = z.infer<typeof recordSchema> & { readonly data: Float32Array }

const arrays = {
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  float32: Float32Array,
} as const

/** Stored bytes as the array of their type. */
export function typedVoxels(
  bytes: Uint8Array,
  type: VolumeType,
): Uint8Array | Int16Array | Uint16Array | Int32Array | Float32Array {
  const Values = arrays[type]
  const aligned = bytes.byteOffset % Values.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice()
  return new Values(aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.byteLength / Values.BYTES_PER_ELEMENT)
}

/** Reads a volume from the project and has a compute process turn it into the model's input. */
export async function prepareInput(
  project: Project,
  pool: ComputePool,
  volumeId: string,
  card: ModelCard,
  signal: AbortSignal,
): Promise<PreparedInput> {
  const volume = project.volumes.get(volumeId)
  const voxels = typedVoxels(await project.volumes.readAll(volumeId), volume.type)
  const { grid, channels, slope, intercept, range } = volume
  const { record, arrays: out } = await pool.run(
    { kind: 'preprocess', payload: { image: { grid, channels, slope, intercept, range }, card }, arrays: [voxels] },
    { signal, priority: 1 },
  )
  const data = out[0]
  if (!(data instanceof Float32Array))
    throw new SaliscopeError('internal', 'The preprocessing task did not answer a tensor.')
  return { ...recordSchema.parse(record), data }
}

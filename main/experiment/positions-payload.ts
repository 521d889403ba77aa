import type { TaskArray } from '../compute/task.ts'
import type { PositionsPayload } from '../compute/tasks/payload.ts'
import type { Project } from '../project/project.ts'
import type { Grid } from '../shared/domain/geometry.ts'
import type { TargetPositions } from '../shared/domain/map.ts'

/**
 * The positions a map is about, as a task takes them; a mask's voxels are put behind `arrays`.
 *
 * input   grid of the model's input
 * errors  project.not-found: the mask is not there any more
 */
export async function positionsFor(
  positions: TargetPositions | null,
  volumeId: string,
  input: Grid,
  arrays: TaskArray[],
  { masks, volumes }: Project,
): Promise<PositionsPayload | null> {
  if (positions === null || positions === 'predicted') return positions
  const { maskId, version, segment } = positions
  const array = arrays.push(await masks.voxels(maskId, version)) - 1
  return { array, image: volumes.get(volumeId).grid, segment, input }
}

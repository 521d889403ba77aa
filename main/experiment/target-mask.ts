import type { Project } from '../project/project.ts'
import type { ComputeRequest } from '../shared/domain/compute-request.ts'
import type { TargetPositions } from '../shared/domain/map.ts'
import type { Mask, MaskVersion } from '../shared/domain/mask.ts'
import type { ModelCard } from '../shared/domain/model-card.ts'
import type { Volume } from '../shared/domain/study.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { newestMasks } from './newest-masks.ts'

/** Positions to be explained on one image: how a map's record names them, and how its address does. */
export interface ChosenPositions {
  readonly positions: TargetPositions
  readonly address: 'predicted' | { readonly sha256: string; readonly segment: number | null }
}

/** Of each image: the positions to be explained; null for all of them; an error for the image where there are none. */
export type PositionsOf = (volume: Volume) => ChosenPositions | null | SaliscopeError

const refused = (message: string, detail: Record<string, unknown> = {}): SaliscopeError =>
  new SaliscopeError('experiment.target-mask', message, detail)

/**
 * Reads what a request says of positions.
 *
 * errors  experiment.target-mask: no segmentation model, no such version or segment; project.not-found: no such mask.
 *         An image without a mask of its own is answered by the error as a value, so that the others go on.
 */
export function positionsChooser(request: ComputeRequest, card: ModelCard, project: Project): PositionsOf {
  const { targetMask } = request
  if (targetMask === null) return () => null
  if (card.output.task !== 'segmentation')
    throw refused(
      `“${card.name}” gives one score per class for the whole image, so a mask cannot choose positions of it. Leave the mask out, or choose a segmentation model.`,
    )
  if (targetMask === 'predicted') return () => ({ positions: 'predicted', address: 'predicted' })
  if ('segmentName' in targetMask) {
    const byVolume = newestMasks(targetMask.segmentName, project)
    return ({ id, name }) => {
      const found = byVolume.get(id)
      if (found === undefined)
        return refused(`“${name}” has no saved mask with a segment “${targetMask.segmentName}”. Draw and save one.`, {
          volumeId: id,
        })
      return chosen(found.reference, found.sha256)
    }
  }
  const mask = project.masks.get(targetMask.maskId)
  const saved = savedVersion(mask, targetMask.version)
  const { segment } = targetMask
  if (segment !== null && !mask.segments.some(({ value }) => value === segment))
    throw refused(`The mask has no segment ${segment}; it has ${mask.segments.map(({ value }) => value).join(', ')}.`)
  return ({ id, name }) =>
    mask.volumeId === id
      ? chosen({ maskId: mask.id, version: saved.version, segment }, saved.sha256)
      : refused(`The mask belongs to another image than “${name}”, so it chooses no positions there.`, { volumeId: id })
}

const chosen = (positions: Exclude<TargetPositions, 'predicted'>, sha256: string): ChosenPositions => ({
  positions,
  address: { sha256, segment: positions.segment },
})

function savedVersion(mask: Mask, version: number | null): MaskVersion {
  const saved = version === null ? mask.versions.at(-1) : mask.versions.find((one) => one.version === version)
  if (saved !== undefined) return saved
  throw refused(
    version === null
      ? 'The mask has no saved version yet. Save one first.'
      : `The mask has no saved version ${version}; it has ${mask.versions.map((one) => one.version).join(', ') || 'none'}.`,
  )
}

import type { TargetMask } from '../../main/shared/domain/compute-request.ts'
import type { Mask } from '../../main/shared/domain/mask.ts'

/** One way to choose positions of a segmentation output; `value` stands for it in a list. */
export interface TargetMaskChoice {
  readonly value: string
  readonly label: string
  readonly mask: TargetMask | null
}

/** The first two need no mask. */
const always: readonly TargetMaskChoice[] = [
  { value: 'whole', label: 'Whole image', mask: null },
  { value: 'predicted', label: 'Where the model gives the class', mask: 'predicted' },
]

/**
 * What may be chosen for these images: segments by name (each image's newest saved mask with it), and, for a single image, each
 * saved mask on it as a whole. Masks that were never saved cannot be chosen.
 */
export function targetMaskChoices(masks: readonly Mask[], volumeIds: readonly string[]): TargetMaskChoice[] {
  const images = new Set(volumeIds)
  const saved = masks.filter((mask) => images.has(mask.volumeId) && mask.versions.length > 0)
  const imagesBySegment = new Map<string, Set<string>>()
  for (const { volumeId, segments } of saved)
    for (const { name } of segments)
      if (name.trim() !== '') imagesBySegment.set(name, (imagesBySegment.get(name) ?? new Set()).add(volumeId))
  const byName = [...imagesBySegment]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([segmentName, on]) => ({
      value: `segment ${segmentName}`,
      label: images.size === 1 ? `${segmentName}, newest` : `${segmentName}, on ${on.size} of ${images.size} images`,
      mask: { segmentName },
    }))
  const single = images.size !== 1 ? [] : saved
  const whole = single.map(({ id, reader, versions }) => {
    const { version } = versions[versions.length - 1]
    return {
      value: `mask ${id}`,
      label: `All of ${reader}, version ${version}`,
      mask: { maskId: id, version, segment: null },
    }
  })
  return [...always, ...byName, ...whole]
}

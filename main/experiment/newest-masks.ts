import type { Project } from '../project/project.ts'

/** A saved version of a mask and which of its segments is meant. */
export interface ChosenMask {
  readonly reference: { readonly maskId: string; readonly version: number; readonly segment: number }
  readonly volumeId: string
  /** Of the version's voxels. */
  readonly sha256: string
}

/** By image: the mask saved last among those that have a segment of this name, whoever drew it. */
export function newestMasks(segmentName: string, project: Project): ReadonlyMap<string, ChosenMask> {
  const newest = new Map<string, ChosenMask & { savedAt: string }>()
  for (const mask of project.masks.list()) {
    const segment = mask.segments.find(({ name }) => name === segmentName)
    const saved = mask.versions.at(-1)
    if (segment === undefined || saved === undefined) continue
    if ((newest.get(mask.volumeId)?.savedAt ?? '') > saved.savedAt) continue
    newest.set(mask.volumeId, {
      reference: { maskId: mask.id, version: saved.version, segment: segment.value },
      volumeId: mask.volumeId,
      sha256: saved.sha256,
      savedAt: saved.savedAt,
    })
  }
  return newest
}

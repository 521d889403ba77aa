import { methods } from '../attribution/registry.ts'
import { mapStatistics } from '../experiment/map-values.ts'
import {
  arrayField,
  type FigureData,
  type FigureImage,
  type FigureMap,
  type FigureMask,
  segmentField,
  voxelField,
} from '../figures/figure-data.ts'
import type { Project } from '../project/project.ts'
import type { FigureRecipe } from '../shared/domain/figure.ts'
import type { Merge } from '../shared/domain/map.ts'
import type { Volume } from '../shared/domain/study.ts'
import { mergeChannels } from '../tensor/merge.ts'

const VIEWS = {
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  float32: Float32Array,
} as const

/** Stored bytes as numbers; copied when they do not start at a multiple of the element's size. */
function numbersOf(volume: Volume, bytes: Uint8Array): ArrayLike<number> {
  const view = VIEWS[volume.type]
  const whole = bytes.byteOffset % view.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice()
  return new view(whole.buffer as ArrayBuffer, whole.byteOffset, whole.byteLength / view.BYTES_PER_ELEMENT)
}

async function readImage(project: Project, volumeId: string): Promise<FigureImage> {
  const volume = project.volumes.get(volumeId)
  const data = numbersOf(volume, await project.volumes.readSlices(volumeId, 0, volume.grid.dims[2]))
  const channels = Array.from({ length: volume.channels }, (_, channel) => voxelField(volume, data, channel))
  return { caseCode: project.studies.get(volume.studyId).code, volume, channels }
}

async function readMap(project: Project, key: string, merge: Merge): Promise<FigureMap> {
  const map = project.maps.get(key)
  const raw = await project.maps.values(key)
  const values = mergeChannels(raw, map.dims, 0, merge)
  const card = project.models.get(map.modelId).card
  return {
    // The range is that of the values drawn: magnitudes have no sign, whatever the stored sum had.
    map: { ...map, statistics: mapStatistics(raw, map.dims, merge) },
    grid: map.grid,
    field: arrayField(map.grid.dims, values),
    targetName: card?.output.classes[map.target.index] ?? `score ${map.target.index}`,
  }
}

async function readMask(
  project: Project,
  wanted: NonNullable<FigureRecipe['rows'][number]['mask']>,
): Promise<FigureMask> {
  const mask = project.masks.get(wanted.maskId)
  const { grid } = project.volumes.get(mask.volumeId)
  const segment = mask.segments.find((one) => one.value === wanted.segment)
  const voxels = await project.masks.voxels(mask.id, wanted.version)
  return {
    grid,
    field: segmentField(grid.dims, voxels, wanted.segment),
    segmentName: segment?.name ?? `segment ${wanted.segment}`,
    colour: segment?.colour ?? '#56b4e9',
    reader: mask.reader,
  }
}

/**
 * Reads everything a recipe names, each thing once.
 *
 * errors  api.not-found and the stores' own, for what the project does not hold
 */
export async function readFigureData(project: Project, recipe: FigureRecipe): Promise<FigureData> {
  const images = new Map<string, FigureImage>()
  const maps = new Map<string, FigureMap>()
  const masks = new Map<string, FigureMask>()
  for (const row of recipe.rows) {
    if (!images.has(row.volumeId)) images.set(row.volumeId, await readImage(project, row.volumeId))
    if (row.mask !== null) {
      const key = `${row.mask.maskId} ${row.mask.version} ${row.mask.segment}`
      if (!masks.has(key)) masks.set(key, await readMask(project, row.mask))
    }
    for (const column of recipe.columns) {
      const key = column.maps[row.volumeId]
      if (key !== undefined && !maps.has(key)) maps.set(key, await readMap(project, key, recipe.merge))
    }
  }
  return {
    images,
    maps,
    masks,
    modelNames: new Map(project.models.list().map((model) => [model.id, model.card?.name ?? model.name])),
    methodTitles: new Map(methods.map((method) => [method.id, method.title])),
  }
}

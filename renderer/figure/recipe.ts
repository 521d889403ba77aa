import type { FigureColumn, FigureRecipe, FigureRow } from '../../main/shared/domain/figure.ts'
import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import type { Mask } from '../../main/shared/domain/mask.ts'
import { targetKind } from '../ui/target-words.ts'

/** What the studio starts with; the API fills in every default of the schema. */
export const START: Omit<FigureRecipe, 'rows' | 'columns'> = {
  title: '',
  page: { widthMm: 178, background: 'white', textPt: 8 },
  range: 'shared',
  normalisation: 'percentile',
  colourTable: null,
  threshold: 0.15,
  opacity: 0.75,
  sampling: 'linear',
  merge: 'absolute-sum',
  furniture: {
    colourBar: true,
    scaleBar: true,
    sideLetters: true,
    panelLetters: true,
    caseCode: true,
    slicePosition: false,
    maskOutline: true,
    caption: true,
  },
}

/** A kind of map that may be a column: one model, method, target and setting, over every image it was computed for. */
export interface ColumnChoice {
  readonly id: string
  readonly method: string
  readonly modelId: string
  readonly target: number
  readonly setting: string
  readonly maps: Readonly<Record<string, string>>
}

const settingOf = (map: SaliencyMap) =>
  Object.entries(map.parameters)
    .filter(([, value]) => typeof value !== 'object')
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')

/** Every column the project's maps allow, in order of method. */
export function columnChoices(maps: readonly SaliencyMap[]): ColumnChoice[] {
  const choices = new Map<string, { choice: ColumnChoice; maps: Record<string, string> }>()
  for (const map of maps) {
    const setting = settingOf(map)
    const id = [map.modelId, map.method, targetKind(map), map.layer ?? '', setting].join('|')
    const known = choices.get(id)
    if (known) known.maps[map.volumeId] = map.key
    else {
      const byVolume = { [map.volumeId]: map.key }
      choices.set(id, {
        choice: { id, method: map.method, modelId: map.modelId, target: map.target.index, setting, maps: byVolume },
        maps: byVolume,
      })
    }
  }
  return [...choices.values()]
    .map(({ choice }) => choice)
    .sort((a, b) => a.modelId.localeCompare(b.modelId) || a.method.localeCompare(b.method))
}

/** Columns that hold these maps, in their order; a map the project no longer has leaves none. */
export function columnsOf(choices: readonly ColumnChoice[], keys: readonly string[]): string[] {
  const found = keys.flatMap((key) => choices.find((choice) => Object.values(choice.maps).includes(key))?.id ?? [])
  return [...new Set(found)]
}

/** The newest saved outline of an image, for its row. */
export function outlineOf(volumeId: string, masks: readonly Mask[]): FigureRow['mask'] {
  const mask = masks.find((one) => one.volumeId === volumeId && one.versions.length > 0 && one.segments.length > 0)
  const version = mask?.versions.at(-1)
  return mask === undefined || version === undefined
    ? null
    : { maskId: mask.id, version: version.version, segment: mask.segments[0].value }
}

export const imageColumn: FigureColumn = { title: 'Image', note: '', maps: {} }
export const rowOf = (volumeId: string, masks: readonly Mask[]): FigureRow => ({
  volumeId,
  plane: 'axial',
  centre: null,
  fieldMm: null,
  window: null,
  mask: outlineOf(volumeId, masks),
})

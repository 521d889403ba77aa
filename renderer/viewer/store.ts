import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ColourTableId } from '../../main/shared/colour/tables.ts'
import type { Grid } from '../../main/shared/domain/geometry.ts'
import { indexToPatient, type PatientPointMm } from './geometry/affine.ts'
import type { PlaneName } from './geometry/planes.ts'
import type { LayoutId, PaneId } from './layouts.ts'
import type { Connectivity } from './mask/components.ts'
import type { MaskingRules } from './mask/masking.ts'
import type { Slab } from './slice/extract.ts'
import type { RangeMode } from './slice/map-statistics.ts'
import type { VolumePresetId } from './volume3d/presets.ts'

export type ToolId =
  | 'window'
  | 'scroll'
  | 'pan'
  | 'zoom'
  | 'crosshair'
  | 'brush'
  | 'eraser'
  | 'polygon'
  | 'freehand'
  | 'fill'
  | 'island'

/** Furniture shown on pictures: all, letters with scale and colour bar, none. */
export type TextState = 'all' | 'reduced' | 'none'

export interface OverlaySettings {
  readonly visible: boolean
  readonly opacity: number
  readonly table: ColourTableId
  readonly rangeMode: RangeMode
  /** Limits while the mode is fixed. */
  readonly low: number
  readonly high: number
  /** In the map's values; 0 shows everything. */
  readonly threshold: number
  readonly sampling: 'linear' | 'nearest'
  readonly hideZeros: boolean
  /** Connected groups smaller than this many map voxels are not shown. */
  readonly minimumCluster: number
  readonly showAs: 'colour' | 'outline'
  readonly outlinePercent: number
}

/** Scale and place of one view; null means fitted. */
export interface PaneView {
  readonly mmPerCssPixel: number | null
  readonly centre: readonly [number, number] | null
}

export interface BrushSettings {
  readonly radiusMm: number
  readonly shape: 'disc' | 'sphere'
  readonly connected: boolean
}

/** What a finished outline does: on which slices, and on which side of it. */
export interface OutlineSettings {
  readonly extent: 'slice' | 'slab' | 'all'
  readonly slabMm: number
  readonly side: 'inside' | 'outside'
}

export interface Hover {
  readonly pane: PaneId
  readonly point: PatientPointMm
}

/** An outline being drawn, in voxels of the plane's in-plane index axes; a drag in progress has no closed end. */
export interface DraftOutline {
  readonly plane: PlaneName
  readonly slice: number
  readonly points: readonly (readonly [u: number, v: number])[]
}

/** Rectangle being dragged for an automatic window, in plane millimetres. */
export interface DraftBox {
  readonly plane: PlaneName
  readonly from: readonly [number, number]
  readonly to: readonly [number, number]
}

export interface CaseState {
  readonly volumeId: string
  readonly grid: Grid
  readonly layout: LayoutId
  readonly primary: PaneId
  readonly active: PaneId
  readonly maximised: PaneId | null
  readonly panes: Readonly<Record<PlaneName, PaneView>>
  /** The position each plane passes through; equal while linked. */
  readonly points: Readonly<Record<PlaneName, PatientPointMm>>
  readonly linked: boolean
  readonly crosshair: boolean
  readonly window: { readonly width: number; readonly level: number }
  readonly windowTouched: boolean
  readonly invert: boolean
  readonly slab: Slab
  readonly interpolation: 'linear' | 'nearest'
  readonly tool: ToolId
  readonly text: TextState
  readonly peek: boolean
  readonly cine: { readonly running: boolean; readonly framesPerSecond: number }
  /** Maps of the case in the order M flips through, and how each is shown. */
  readonly maps: readonly string[]
  readonly activeMap: string | null
  readonly overlays: Readonly<Record<string, OverlaySettings>>
  readonly masks: readonly string[]
  readonly activeMask: string | null
  readonly maskShown: Readonly<Record<string, { readonly visible: boolean; readonly fill: number }>>
  readonly activeSegment: number
  readonly onlyActiveSegment: boolean
  readonly brush: BrushSettings
  readonly outlineSettings: OutlineSettings
  /** Whether the fill tool stays in the slice or goes on through space. */
  readonly fillConnectivity: Connectivity
  readonly masking: MaskingRules
  readonly volumePreset: VolumePresetId
  readonly hover: Hover | null
  readonly outline: DraftOutline | null
  readonly box: DraftBox | null
  /** Held X: brush erases, eraser paints. */
  readonly inverted: boolean
  /** Why the last gesture or operation changed nothing; shown until the next one. */
  readonly message: string | null
}

export type CaseStore = StoreApi<CaseState>

/** State of a freshly opened case: centred, fitted, linked, nothing laid over. */
export function initialCaseState(volumeId: string, grid: Grid): CaseState {
  const centre = indexToPatient(grid, grid.dims.map((n) => Math.floor((n - 1) / 2)) as [number, number, number])
  const view: PaneView = { mmPerCssPixel: null, centre: null }
  const flat = grid.dims[2] === 1
  return {
    volumeId,
    grid,
    layout: flat ? 'one' : 'four',
    primary: 'axial',
    active: 'axial',
    maximised: null,
    panes: { axial: view, coronal: view, sagittal: view },
    points: { axial: centre, coronal: centre, sagittal: centre },
    linked: true,
    crosshair: !flat,
    window: { width: 1, level: 0.5 },
    windowTouched: false,
    invert: false,
    slab: { mode: 'off', thicknessMm: 10 },
    interpolation: 'linear',
    tool: 'window',
    text: 'all',
    peek: false,
    cine: { running: false, framesPerSecond: 12 },
    maps: [],
    activeMap: null,
    overlays: {},
    masks: [],
    activeMask: null,
    maskShown: {},
    activeSegment: 1,
    onlyActiveSegment: false,
    brush: { radiusMm: 6, shape: 'disc', connected: false },
    outlineSettings: { extent: 'slice', slabMm: 10, side: 'inside' },
    fillConnectivity: '2-D',
    masking: { area: 'everywhere', areaSegment: 1, range: null, overwrite: 'all' },
    volumePreset: 'bone',
    hover: null,
    outline: null,
    box: null,
    inverted: false,
    message: null,
  }
}

export function createCaseStore(volumeId: string, grid: Grid): CaseStore {
  return createStore<CaseState>(() => initialCaseState(volumeId, grid))
}

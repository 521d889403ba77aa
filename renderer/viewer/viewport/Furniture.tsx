import { formatNumber } from '../../ui/format.ts'
import { useCaseLayers, useCaseState } from '../case-context.tsx'
import { positionText, sideLetters } from '../geometry/letters.ts'
import { type PlaneName, planeToPatient } from '../geometry/planes.ts'
import { noSignalReason } from '../slice/signal.ts'
import { isComplete } from '../volume/layers.ts'
import { ColourBar } from './ColourBar.tsx'
import { scaleBar, scaleBarText } from './scale-bar.ts'
import { overlayRange, shownMapKeys } from './shown-maps.ts'
import type { PaneGeometry } from './view-input.ts'
import styles from './viewport.module.css'

const planeTitles: Record<PlaneName, string> = { axial: 'Axial', coronal: 'Coronal', sagittal: 'Sagittal' }
const slabTitles = { max: 'MIP', min: 'MinIP', mean: 'Mean' } as const

/** Name, position and slice of a view, as text for the corner and for screen readers. */
export function usePlaneText(
  plane: PlaneName,
  geometry: PaneGeometry,
): { title: string; position: string; slice: string } {
  const grid = useCaseState((s) => s.grid)
  const { layer } = useCaseLayers().image
  const { frame, slice, view } = geometry
  const flat = grid.dims[2] === 1
  const title = flat ? (layer.volume.channels === 3 ? 'Picture' : layer.volume.modality) : planeTitles[plane]
  const point = planeToPatient(grid, frame, view.centre[0], view.centre[1], slice)
  return {
    title,
    position: grid.physical && grid.oriented && !flat ? positionText(frame, point) : '',
    slice: flat ? `${grid.dims[0]} × ${grid.dims[1]}` : `Slice ${slice + 1} of ${frame.size[2]}`,
  }
}

function WindowText({ geometry }: { geometry: PaneGeometry }) {
  const window = useCaseState((s) => s.window)
  const slab = useCaseState((s) => s.slab)
  const invert = useCaseState((s) => s.invert)
  const physical = useCaseState((s) => s.grid.physical)
  const { volume } = useCaseLayers().image.layer
  const decimals = window.width < 20 ? 2 : 0
  const { frame, view } = geometry
  const zoom = `${formatNumber(frame.spacing[0] / view.mmPerPixel, 2)}×`
  const thickness =
    slab.mode === 'off'
      ? `${formatNumber(frame.spacing[2], 1)} mm`
      : `${slabTitles[slab.mode]} ${formatNumber(slab.thicknessMm, 1)} mm`
  return (
    <div className={`${styles.corner} ${styles.topRight}`}>
      {volume.channels === 1 &&
        `W ${formatNumber(window.width, decimals)} L ${formatNumber(window.level, decimals)}${invert ? ', inverted' : ''}`}
      <br />
      {physical && volume.grid.dims[2] > 1 ? `${thickness}, ${zoom}` : zoom}
    </div>
  )
}

function Letters({ geometry }: { geometry: PaneGeometry }) {
  const grid = useCaseState((s) => s.grid)
  const letters = sideLetters(grid, geometry.frame)
  if (!letters) return null
  return (
    <>
      {(['left', 'right', 'top', 'bottom'] as const).map((side) => (
        <span key={side} className={`${styles.letter} ${styles[side]}`} data-side={side}>
          {letters[side]}
        </span>
      ))}
    </>
  )
}

/** Bar of the map on top, or the sentence that it says nothing. */
function ActiveMapFurniture({ bar, width }: { bar: boolean; width: number }) {
  const session = useCaseLayers()
  const state = useCaseState((s) => s)
  const key = shownMapKeys(state).at(-1)
  const record = key === undefined ? undefined : session.mapRecords.find((r) => r.key === key)
  if (key === undefined || !record) return null
  const settings = state.overlays[key]
  const range = overlayRange(session.mapRecords, record, settings)
  const reason = noSignalReason(record.statistics)
  if (reason !== null || !(range.high > range.low)) {
    return (
      <div className={styles.noSignal} role="status">
        <b>No signal</b>
        {reason ?? 'Its range is empty.'}
      </div>
    )
  }
  if (!bar || width < 300) return null
  return (
    <div className={`${styles.corner} ${styles.bottomRight}`}>
      <ColourBar
        {...range}
        table={settings.table}
        threshold={settings.threshold}
        signed={record.statistics.signed}
        opacity={settings.opacity}
        unit={record.target.output === 'logit' ? 'logit' : 'probability'}
        width={Math.min(150, width * 0.36)}
      />
    </div>
  )
}

export interface FurnitureProps {
  readonly plane: PlaneName
  readonly geometry: PaneGeometry
  /** Whether this view carries the colour bar of its layout. */
  readonly colourBar: boolean
}

/** Texts, letters, scale bar and colour bar of a slice view. Key I steps all → letters, scale and bar → none. */
export function Furniture({ plane, geometry, colourBar }: FurnitureProps) {
  const text = useCaseState((s) => s.text)
  const physical = useCaseState((s) => s.grid.physical)
  const { image } = useCaseLayers()
  const names = usePlaneText(plane, geometry)
  const bar = scaleBar(geometry.view.mmPerPixel, Math.min(120, geometry.view.width * 0.25))
  const share = image.progress.totalBytes > 0 ? image.progress.doneBytes / image.progress.totalBytes : 1
  return (
    <>
      {text === 'all' && (
        <>
          <div className={`${styles.corner} ${styles.topLeft}`}>
            <b>{names.title}</b> {names.position}
            <br />
            {names.slice}
          </div>
          <WindowText geometry={geometry} />
        </>
      )}
      {text !== 'none' && (
        <>
          <Letters geometry={geometry} />
          {physical && (
            <div className={`${styles.corner} ${styles.bottomLeft}`}>
              <div className={styles.scale} style={{ width: bar.pixels }} />
              {scaleBarText(bar.mm)}
            </div>
          )}
          <ActiveMapFurniture bar={colourBar} width={geometry.view.width} />
        </>
      )}
      {!isComplete(image.layer) && (
        <div
          className={styles.loading}
          role="progressbar"
          aria-label="Loading image"
          aria-valuenow={Math.round(share * 100)}
        >
          <i style={{ width: `${share * 100}%` }} />
        </div>
      )}
    </>
  )
}

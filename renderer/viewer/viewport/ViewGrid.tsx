import { useEffect } from 'react'
import { scrollTo } from '../actions.ts'
import { useCase, useCaseState } from '../case-context.tsx'
import { sliceAt } from '../geometry/planes.ts'
import { layoutOf, panesOf } from '../layouts.ts'
import { VolumeView } from '../volume3d/VolumeView.tsx'
import styles from './grid.module.css'
import { SliceView } from './SliceView.tsx'
import { frameOf } from './view-input.ts'

/** Runs through the active view's slices while cine is on; readers who asked for less motion step by hand. */
function useCine(): void {
  const { store } = useCase()
  const running = useCaseState((s) => s.cine.running)
  const rate = useCaseState((s) => s.cine.framesPerSecond)
  useEffect(() => {
    if (!running) return
    const timer = setInterval(() => {
      const state = store.getState()
      const plane = state.active === 'volume' ? 'axial' : state.active
      const frame = frameOf(state, plane)
      scrollTo(store, plane, (sliceAt(state.grid, frame, state.points[plane]) + 1) % frame.size[2])
    }, 1000 / rate)
    return () => clearInterval(timer)
  }, [running, rate, store])
}

/** The views of a case in the chosen layout. Cells are keyed by what they show, so a change of layout keeps each view. */
export function ViewGrid() {
  const layoutId = useCaseState((s) => s.layout)
  const primary = useCaseState((s) => s.primary)
  const maximised = useCaseState((s) => s.maximised)
  const flat = useCaseState((s) => s.grid.dims[2] === 1)
  useCine()
  const layout = layoutOf(flat ? 'one' : layoutId)
  const panes = maximised ? [maximised] : panesOf(layoutId, primary, flat)
  const grid = maximised ? layoutOf('one') : layout
  const bearer = panes.find((pane) => pane !== 'volume')
  return (
    <div
      className={styles.grid}
      style={{ gridTemplateColumns: grid.columns, gridTemplateRows: grid.rows }}
      data-layout={layout.id}
    >
      {panes.map((pane, at) => (
        <div key={pane} className={styles.cell} style={{ gridArea: grid.areas[at] }}>
          {pane === 'volume' ? <VolumeView /> : <SliceView plane={pane} colourBar={pane === bearer} />}
        </div>
      ))}
    </div>
  )
}

import { SegmentedControl } from '@mantine/core'
import type { ReactNode } from 'react'
import { useCaseState } from '../viewer/case-context.tsx'
import type { CompareMode } from '../viewer/compare/panel-maps.ts'
import { type PlaneName, planeNames } from '../viewer/geometry/planes.ts'
import panel from '../viewer/panels/panels.module.css'
import { SlabMenu, WindowMenu } from '../viewer/panels/ViewToolbar.tsx'

const MODES: readonly { value: CompareMode; label: string }[] = [
  { value: 'side', label: 'Side by side' },
  { value: 'flip', label: 'Flip' },
  { value: 'difference', label: 'Difference' },
  { value: 'outline', label: 'Outline' },
]
const PLANES: Record<PlaneName, string> = { axial: 'Axial', coronal: 'Coronal', sagittal: 'Sagittal' }

/** How maps are compared, in which plane, with which window. */
export function CompareToolbar({
  mode,
  onMode,
  plane,
  onPlane,
  children,
}: {
  readonly mode: CompareMode
  onMode(mode: CompareMode): void
  readonly plane: PlaneName
  onPlane(plane: PlaneName): void
  readonly children?: ReactNode
}) {
  const flat = useCaseState((s) => s.grid.dims[2] === 1)
  return (
    <div className={panel.toolbar} role="toolbar" aria-label="Comparison">
      <SegmentedControl
        aria-label="Way of comparing"
        data={[...MODES]}
        value={mode}
        onChange={(value) => onMode(value as CompareMode)}
      />
      {!flat && (
        <SegmentedControl
          aria-label="Plane"
          data={planeNames.map((value) => ({ value, label: PLANES[value] }))}
          value={plane}
          onChange={(value) => onPlane(value as PlaneName)}
        />
      )}
      <WindowMenu />
      {!flat && <SlabMenu />}
      <span className={panel.space} />
      {children}
    </div>
  )
}

import { SegmentedControl } from '@mantine/core'
import type { ReactNode } from 'react'
import { useCase, useCaseState } from '../viewer/case-context.tsx'
import type { CompareMode } from '../viewer/compare/panel-maps.ts'
import { titleWithKey } from '../viewer/keys.ts'
import panel from '../viewer/panels/panels.module.css'
import { SlabMenu, WindowMenu } from '../viewer/panels/ViewToolbar.tsx'

const MODES: readonly { value: CompareMode; label: string }[] = [
  { value: 'side', label: 'Side by side' },
  { value: 'flip', label: 'Flip' },
  { value: 'difference', label: 'Difference' },
  { value: 'outline', label: 'Outline' },
]

/** How maps are compared and with which window; hints of the two keys every reader needs. */
export function CompareToolbar({
  mode,
  onMode,
  children,
}: {
  readonly mode: CompareMode
  onMode(mode: CompareMode): void
  readonly children?: ReactNode
}) {
  const { store } = useCase()
  const maximised = useCaseState((s) => s.maximised !== null)
  const flat = useCaseState((s) => s.grid.dims[2] === 1)
  return (
    <div className={panel.toolbar} role="toolbar" aria-label="Comparison">
      <SegmentedControl
        aria-label="Way of comparing"
        data={[...MODES]}
        value={mode}
        onChange={(value) => onMode(value as CompareMode)}
      />
      <WindowMenu />
      {!flat && <SlabMenu />}
      {maximised && (
        <button type="button" className={panel.button} onClick={() => store.setState({ maximised: null })}>
          All panels <kbd className={panel.key}>Esc</kbd>
        </button>
      )}
      <span className={panel.space} />
      <span className={panel.hintWide} title={titleWithKey('maps.next')}>
        Next map <kbd className={panel.key}>M</kbd>
      </span>
      <span title={titleWithKey('maps.peek')}>
        Peek <kbd className={panel.key}>Space</kbd>
      </span>
      {children}
    </div>
  )
}

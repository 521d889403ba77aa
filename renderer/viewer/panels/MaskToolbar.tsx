import { Menu, NumberInput, Tooltip } from '@mantine/core'
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconArrowsDiagonal,
  IconChevronDown,
  IconCirclesRelation,
  IconStack2,
} from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useActiveMask, useCase, useCaseState } from '../case-context.tsx'
import { planeFrame } from '../geometry/planes.ts'
import { titleWithKey } from '../keys.ts'
import { interpolateBetweenSlices } from '../mask/interpolate.ts'
import { fillHoles, keepLargestIsland, margin, removeSmallIslands } from '../mask/operations.ts'
import type { ToolId } from '../store.ts'
import styles from './panels.module.css'
import { toolIcons } from './ToolColumn.tsx'

const VIEW_TOOLS: readonly ToolId[] = ['window', 'pan', 'crosshair']
const MASK_TOOLS: readonly (readonly [ToolId, string])[] = [
  ['brush', 'Brush'],
  ['eraser', 'Eraser'],
  ['polygon', 'Polygon'],
  ['freehand', 'Freehand'],
  ['fill', 'Fill'],
]

function ToolButton({ id, label }: { id: ToolId; label?: string }) {
  const { store } = useCase()
  const tool = useCaseState((s) => s.tool)
  const waits = useCaseState((s) => s.activeMask === null) && label !== undefined
  const Icon = toolIcons[id]
  const title = titleWithKey(`tool.${id}`)
  return (
    <Tooltip label={waits ? `${title}: choose or make a mask first` : title}>
      <button
        type="button"
        className={label === undefined ? styles.iconButton : styles.button}
        aria-label={title}
        aria-pressed={tool === id}
        aria-disabled={waits}
        onClick={() => !waits && store.setState({ tool: id, outline: null })}
      >
        <Icon size={16} stroke={1.5} />
        {label !== undefined && <span className={styles.toolName}>{label}</span>}
      </button>
    </Tooltip>
  )
}

/** Tools that write, operations on the whole segment, undo and redo. Failures are sentences for `onFailure`. */
export function MaskToolbar({
  onFailure,
  children,
}: {
  onFailure(sentence: string | null): void
  children?: ReactNode
}) {
  const document = useActiveMask()
  return (
    <div className={styles.toolbar} role="toolbar" aria-label="Mask tools">
      {VIEW_TOOLS.map((id) => (
        <ToolButton key={id} id={id} />
      ))}
      <span className={styles.separator} />
      {MASK_TOOLS.map(([id, label]) => (
        <ToolButton key={id} id={id} label={label} />
      ))}
      <Operations onFailure={onFailure} />
      <span className={styles.space} />
      {children}
      <button
        type="button"
        className={styles.iconButton}
        aria-label={titleWithKey('mask.undo')}
        title={titleWithKey('mask.undo')}
        disabled={document === null || (document.history.edits.length === 0 && document.preview === null)}
        onClick={() => document?.undo()}
      >
        <IconArrowBackUp size={16} stroke={1.5} />
      </button>
      <button
        type="button"
        className={styles.iconButton}
        aria-label={titleWithKey('mask.redo')}
        title={titleWithKey('mask.redo')}
        disabled={document === null || document.history.undoneEdits.length === 0}
        onClick={() => document?.redo()}
      >
        <IconArrowForwardUp size={16} stroke={1.5} />
      </button>
    </div>
  )
}

function Operations({ onFailure }: { onFailure(sentence: string | null): void }) {
  const { store } = useCase()
  const document = useActiveMask()
  const segment = useCaseState((s) => s.activeSegment)
  const active = useCaseState((s) => s.active)
  const grid = useCaseState((s) => s.grid)
  const [distanceMm, setDistanceMm] = useState(2)
  const [minimum, setMinimum] = useState(50)
  const flat = grid.dims[2] === 1
  const unit = grid.physical ? 'mm' : 'px'
  const off = document === null || document.counts[segment] === 0 || document.segment(segment)?.locked === true
  const axis = planeFrame(grid, active === 'volume' ? 'axial' : active).axes[2] as 0 | 1 | 2
  const run = (operation: (rules: ReturnType<typeof store.getState>['masking']) => unknown, nothing: string) => {
    try {
      onFailure(operation(store.getState().masking) === null ? nothing : null)
    } catch (error) {
      onFailure(error instanceof Error ? error.message : String(error))
    }
  }
  const menu = (label: string, Icon: typeof IconStack2, items: ReactNode) => (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className={styles.button} aria-label={label} aria-pressed={false} disabled={off}>
          <Icon size={16} stroke={1.5} />
          <span className={styles.toolName}>{label}</span>
          <IconChevronDown size={14} stroke={1.5} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>{items}</Menu.Dropdown>
    </Menu>
  )
  if (document === null) return null
  return (
    <>
      {!flat && (
        <Tooltip label="Fill between the drawn slices of the active view; a preview is shown first">
          <button
            type="button"
            className={styles.button}
            aria-label="Between slices"
            aria-pressed={document.preview !== null}
            disabled={off}
            onClick={() =>
              run(
                () => document.showPreview(interpolateBetweenSlices(document, segment, axis)),
                'Nothing lies between.',
              )
            }
          >
            <IconStack2 size={16} stroke={1.5} />
            <span className={styles.toolName}>Between slices</span>
          </button>
        </Tooltip>
      )}
      {menu(
        'Islands',
        IconCirclesRelation,
        <>
          <Menu.Item
            onClick={() =>
              run((rules) => keepLargestIsland(document, segment, rules), 'The segment is one island already.')
            }
          >
            Keep the largest
          </Menu.Item>
          <Menu.Item
            onClick={() =>
              run((rules) => removeSmallIslands(document, segment, rules, minimum), 'No island is that small.')
            }
          >
            Remove below {minimum} voxels
          </Menu.Item>
          <NumberInput
            m="xs"
            label="Smallest island to keep, voxels"
            min={2}
            value={minimum}
            onChange={(value) => typeof value === 'number' && setMinimum(value)}
          />
          <Menu.Divider />
          <Menu.Item onClick={() => store.setState({ tool: 'island' })}>Keep the one I click</Menu.Item>
          <Menu.Item
            onClick={() => run((rules) => fillHoles(document, segment, rules, '2-D', axis), 'There is no hole.')}
          >
            Fill holes, slice by slice
          </Menu.Item>
          {!flat && (
            <Menu.Item
              onClick={() =>
                run((rules) => fillHoles(document, segment, rules, '3-D', axis), 'There is no closed hole.')
              }
            >
              Fill holes in space
            </Menu.Item>
          )}
        </>,
      )}
      {menu(
        'Margin',
        IconArrowsDiagonal,
        <>
          <Menu.Item onClick={() => run((rules) => margin(document, segment, rules, distanceMm), 'Nothing was added.')}>
            Grow by {distanceMm} {unit}
          </Menu.Item>
          <Menu.Item
            onClick={() => run((rules) => margin(document, segment, rules, -distanceMm), 'Nothing was removed.')}
          >
            Shrink by {distanceMm} {unit}
          </Menu.Item>
          <NumberInput
            m="xs"
            label={`Distance, ${unit}`}
            min={0.1}
            step={0.5}
            decimalScale={1}
            value={distanceMm}
            onChange={(value) => typeof value === 'number' && value > 0 && setDistanceMm(value)}
          />
        </>,
      )}
    </>
  )
}

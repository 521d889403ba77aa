import { NumberInput, Tooltip } from '@mantine/core'
import { IconArrowsDiagonal, IconCirclesRelation, IconFold } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useCase } from '../case-context.tsx'
import { interpolateBetweenSlices } from '../mask/interpolate.ts'
import {
  countIslands,
  fillHoles,
  keepLargestIsland,
  margin,
  removeSmallIslands,
  splitIslands,
} from '../mask/operations.ts'
import tools from './mask-tools.module.css'
import styles from './panels.module.css'
import { nextSegment } from './SegmentPanel.tsx'
import { ToolAction, ToolPopover } from './ToolPopover.tsx'
import { useEditedMask } from './use-mask-entry.ts'
import { type MaskOperation, useMaskOperation } from './use-mask-operation.ts'

/** More islands than this are not made segments of their own. */
const MOST_ISLANDS = 12

/** Operations on the whole active segment: between slices, islands and holes, margin. */
export function MaskOperations() {
  const operation = useMaskOperation()
  if (operation === null) return null
  return (
    <>
      {!operation.flat && <BetweenSlices {...operation} />}
      <Islands {...operation} />
      <Margin {...operation} />
    </>
  )
}

function BetweenSlices({ document, segment, axis, waits, run }: MaskOperation) {
  return (
    <Tooltip label={waits ?? 'Fill between the drawn slices of the active view; a preview is shown first'}>
      <button
        type="button"
        className={styles.button}
        aria-label="Between slices"
        aria-pressed={document.preview !== null}
        aria-disabled={waits !== null}
        onClick={() =>
          waits === null &&
          run(() => document.showPreview(interpolateBetweenSlices(document, segment, axis)), 'Nothing lies between.')
        }
      >
        <IconFold size={16} stroke={1.5} />
        <span className={tools.toolName}>Between slices</span>
      </button>
    </Tooltip>
  )
}

interface OperationMenuProps {
  readonly label: string
  readonly Icon: typeof IconFold
  readonly waits: string | null
  readonly children: ReactNode
}

function OperationMenu({ label, Icon, waits, children }: OperationMenuProps) {
  return (
    <ToolPopover
      label={label}
      waits={waits}
      className={styles.button}
      face={
        <>
          <Icon size={16} stroke={1.5} />
          <span className={tools.toolName}>{label}</span>
        </>
      }
    >
      {children}
    </ToolPopover>
  )
}

function Islands({ document, segment, axis, flat, waits, run }: MaskOperation) {
  const { store } = useCase()
  const mask = useEditedMask()
  const [minimum, setMinimum] = useState(50)
  const split = () =>
    run((rules) => {
      const islands = countIslands(document, segment)
      if (islands > MOST_ISLANDS)
        throw new Error(
          `The segment has ${islands} islands; at most ${MOST_ISLANDS} become segments. Remove the small ones first.`,
        )
      const made = Array.from({ length: islands - 1 }).reduce<typeof document.segments>((all) => {
        const next = nextSegment(all)
        return next === null ? all : [...all, next]
      }, document.segments)
      const values = made.slice(document.segments.length).map(({ value }) => value)
      if (values.length === 0) return null
      mask?.changeSegments(made)
      return splitIslands(document, segment, rules, values)
    }, 'The segment is one island already.')
  return (
    <OperationMenu label="Islands" Icon={IconCirclesRelation} waits={waits}>
      <ToolAction
        onRun={() => run((rules) => keepLargestIsland(document, segment, rules), 'The segment is one island already.')}
      >
        Keep the largest
      </ToolAction>
      <ToolAction onRun={() => store.setState({ tool: 'island' })}>Keep the one I click (N)</ToolAction>
      <ToolAction onRun={split}>Split into segments</ToolAction>
      <ToolAction
        onRun={() => run((rules) => removeSmallIslands(document, segment, rules, minimum), 'No island is that small.')}
      >
        Remove below {minimum} voxels
      </ToolAction>
      <NumberInput
        m="xs"
        label="Smallest island to keep, voxels"
        min={2}
        value={minimum}
        onChange={(value) => typeof value === 'number' && setMinimum(value)}
      />
      <hr className={tools.divider} />
      <ToolAction onRun={() => run((rules) => fillHoles(document, segment, rules, '2-D', axis), 'There is no hole.')}>
        Fill holes, slice by slice
      </ToolAction>
      {!flat && (
        <ToolAction
          onRun={() => run((rules) => fillHoles(document, segment, rules, '3-D', axis), 'There is no closed hole.')}
        >
          Fill holes in space
        </ToolAction>
      )}
    </OperationMenu>
  )
}

function Margin({ document, segment, unit, waits, run }: MaskOperation) {
  const [distanceMm, setDistanceMm] = useState(2)
  return (
    <OperationMenu label="Margin" Icon={IconArrowsDiagonal} waits={waits}>
      <ToolAction
        onRun={() =>
          run(
            (rules) => margin(document, segment, rules, distanceMm),
            `Nothing was added within ${distanceMm} ${unit}: voxels are larger, or masking forbids it.`,
          )
        }
      >
        Grow by {distanceMm} {unit}
      </ToolAction>
      <ToolAction onRun={() => run((rules) => margin(document, segment, rules, -distanceMm), 'Nothing was removed.')}>
        Shrink by {distanceMm} {unit}
      </ToolAction>
      <NumberInput
        m="xs"
        label={`Distance, ${unit}`}
        min={0.1}
        step={0.5}
        decimalScale={1}
        value={distanceMm}
        onChange={(value) => typeof value === 'number' && value > 0 && setDistanceMm(value)}
      />
    </OperationMenu>
  )
}

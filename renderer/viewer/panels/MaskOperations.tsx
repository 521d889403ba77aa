import { Menu, NumberInput, Tooltip } from '@mantine/core'
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
    <Menu position="bottom-start" disabled={waits !== null}>
      <Menu.Target>
        <button
          type="button"
          className={styles.button}
          aria-label={label}
          aria-pressed={false}
          aria-disabled={waits !== null}
          title={waits ?? undefined}
        >
          <Icon size={16} stroke={1.5} />
          <span className={tools.toolName}>{label}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
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
      <Menu.Item
        onClick={() =>
          run((rules) => keepLargestIsland(document, segment, rules), 'The segment is one island already.')
        }
      >
        Keep the largest
      </Menu.Item>
      <Menu.Item onClick={() => store.setState({ tool: 'island' })}>Keep the one I click (N)</Menu.Item>
      <Menu.Item onClick={split}>Split into segments</Menu.Item>
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
      <Menu.Item onClick={() => run((rules) => fillHoles(document, segment, rules, '2-D', axis), 'There is no hole.')}>
        Fill holes, slice by slice
      </Menu.Item>
      {!flat && (
        <Menu.Item
          onClick={() => run((rules) => fillHoles(document, segment, rules, '3-D', axis), 'There is no closed hole.')}
        >
          Fill holes in space
        </Menu.Item>
      )}
    </OperationMenu>
  )
}

function Margin({ document, segment, unit, waits, run }: MaskOperation) {
  const [distanceMm, setDistanceMm] = useState(2)
  return (
    <OperationMenu label="Margin" Icon={IconArrowsDiagonal} waits={waits}>
      <Menu.Item
        onClick={() =>
          run(
            (rules) => margin(document, segment, rules, distanceMm),
            `Nothing was added within ${distanceMm} ${unit}: voxels are larger, or masking forbids it.`,
          )
        }
      >
        Grow by {distanceMm} {unit}
      </Menu.Item>
      <Menu.Item onClick={() => run((rules) => margin(document, segment, rules, -distanceMm), 'Nothing was removed.')}>
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
    </OperationMenu>
  )
}

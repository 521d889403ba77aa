import { Tooltip } from '@mantine/core'
import {
  IconArrowsMove,
  IconBrush,
  IconBucketDroplet,
  IconCirclesRelation,
  IconContrast,
  IconCrosshair,
  IconEraser,
  IconLasso,
  IconPolygon,
  IconStack2,
  IconZoomIn,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import { useCase, useCaseState } from '../case-context.tsx'
import { titleWithKey } from '../keys.ts'
import type { ToolId } from '../store.ts'
import styles from './panels.module.css'

/** Icon of every tool; the compiler refuses a tool without one. */
export const toolIcons: Record<ToolId, ComponentType<{ size?: number; stroke?: number }>> = {
  window: IconContrast,
  scroll: IconStack2,
  pan: IconArrowsMove,
  zoom: IconZoomIn,
  crosshair: IconCrosshair,
  brush: IconBrush,
  eraser: IconEraser,
  polygon: IconPolygon,
  freehand: IconLasso,
  fill: IconBucketDroplet,
  island: IconCirclesRelation,
}

const groups: readonly (readonly ToolId[])[] = [
  ['window', 'scroll', 'pan', 'zoom', 'crosshair'],
  ['brush', 'eraser'],
]

/** The column of tools beside the views. Tools that write wait for a mask to write into and say so. */
export function ToolColumn() {
  const { store } = useCase()
  const tool = useCaseState((s) => s.tool)
  const hasMask = useCaseState((s) => s.activeMask !== null)
  return (
    <div className={styles.tools} role="toolbar" aria-label="Tools" aria-orientation="vertical">
      {groups.map((group, at) => [
        at > 0 && <hr key={`rule-${group[0]}`} className={styles.rule} />,
        ...group.map((id) => {
          const Icon = toolIcons[id]
          const title = titleWithKey(`tool.${id}`)
          const waits = at > 0 && !hasMask
          return (
            <Tooltip key={id} label={waits ? `${title}: choose a mask first` : title} position="left">
              <button
                type="button"
                className={styles.tool}
                aria-label={title}
                aria-pressed={tool === id}
                aria-disabled={waits}
                onClick={() => !waits && store.setState({ tool: id })}
              >
                <Icon size={18} stroke={1.5} />
              </button>
            </Tooltip>
          )
        }),
      ])}
    </div>
  )
}

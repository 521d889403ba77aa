import { Tooltip } from '@mantine/core'
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react'
import type { ComponentType } from 'react'
import { useActiveMask, useCase, useCaseState } from '../case-context.tsx'
import { runCommand, titleWithKey } from '../keys.ts'
import type { ToolId } from '../store.ts'
import { MaskOperations } from './MaskOperations.tsx'
import { MoreMaskTools } from './MoreMaskTools.tsx'
import tools from './mask-tools.module.css'
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

/** Tools that write, operations on the whole segment, undo and redo. */
export function MaskToolbar() {
  const hasMask = useCaseState((s) => s.activeMask !== null)
  return (
    <div className={tools.bar}>
      <div className={`${styles.toolbar} ${tools.maskTools}`} role="toolbar" aria-label="Mask tools">
        {VIEW_TOOLS.map((id) => (
          <ToolButton key={id} id={id} />
        ))}
        <span className={styles.separator} />
        {MASK_TOOLS.map(([id, label]) => (
          <ToolButton key={id} id={id} label={label} />
        ))}
        {hasMask && <MaskOperations />}
        <MoreMaskTools />
      </div>
      <UndoButtons />
    </div>
  )
}

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
        className={label === undefined ? `${styles.iconButton} ${tools.sign}` : styles.button}
        data-name={label}
        aria-label={title}
        aria-pressed={tool === id && !waits}
        aria-disabled={waits}
        onClick={() => !waits && store.setState({ tool: id, outline: null })}
      >
        <Icon size={16} stroke={1.5} />
        {label !== undefined && <span className={tools.toolName}>{label}</span>}
      </button>
    </Tooltip>
  )
}

/** The commands of Ctrl+Z and Ctrl+Shift+Z: while an outline or a preview is open, undo takes back that and nothing else. */
function UndoButtons() {
  const session = useCase()
  const document = useActiveMask()
  const outline = useCaseState((s) => s.outline !== null)
  const canUndo = outline || (document !== null && (document.history.edits.length > 0 || document.preview !== null))
  const canRedo = document !== null && !outline && document.preview === null && document.history.undoneEdits.length > 0
  const button = (id: string, Icon: ComponentType<{ size?: number; stroke?: number }>, can: boolean) => (
    <Tooltip label={titleWithKey(id)}>
      <button
        type="button"
        className={`${styles.iconButton} ${tools.sign}`}
        aria-label={titleWithKey(id)}
        disabled={!can}
        onClick={() => runCommand(id, session)}
      >
        <Icon size={16} stroke={1.5} />
      </button>
    </Tooltip>
  )
  return (
    <div className={tools.undo} role="toolbar" aria-label="Undo and redo">
      {button('mask.undo', IconArrowBackUp, canUndo)}
      {button('mask.redo', IconArrowForwardUp, canRedo)}
    </div>
  )
}

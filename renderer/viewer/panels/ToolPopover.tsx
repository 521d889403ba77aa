import { Popover } from '@mantine/core'
import { createContext, type ReactNode, useContext, useState } from 'react'
import tools from './mask-tools.module.css'

const Close = createContext<() => void>(() => undefined)

interface ToolPopoverProps {
  readonly label: string
  /** Why it cannot be opened now; null when it can. */
  readonly waits: string | null
  readonly className: string
  /** What the button shows. */
  readonly face: ReactNode
  readonly children: ReactNode
}

/** A toolbar button with a small window of actions and their settings below it; a menu may not hold fields, a dialog may. */
export function ToolPopover({ label, waits, className, face, children }: ToolPopoverProps) {
  const [opened, setOpened] = useState(false)
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={className}
          aria-label={label}
          aria-disabled={waits !== null}
          title={waits ?? undefined}
          onClick={() => waits === null && setOpened((now) => !now)}
        >
          {face}
        </button>
      </Popover.Target>
      <Popover.Dropdown className={tools.popover} aria-label={label}>
        <Close value={() => setOpened(false)}>{children}</Close>
      </Popover.Dropdown>
    </Popover>
  )
}

interface ToolActionProps {
  readonly disabled?: boolean
  readonly right?: ReactNode
  readonly children: ReactNode
  onRun(): void
}

/** One action of the window; it closes the window and runs. */
export function ToolAction({ disabled = false, right, children, onRun }: ToolActionProps) {
  const close = useContext(Close)
  return (
    <button
      type="button"
      className={tools.item}
      disabled={disabled}
      onClick={() => {
        close()
        onRun()
      }}
    >
      <span>{children}</span>
      {right}
    </button>
  )
}

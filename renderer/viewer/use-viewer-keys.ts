import { useEffect, useRef } from 'react'
import type { CaseSession } from './case-session.ts'
import { commandFor, type KeyCommand, type KeyHost } from './keys.ts'

/** Keys belong to a text field while it has the focus, to a control for the few it uses itself, and else to the viewer. */
function isTaken(event: KeyboardEvent): boolean {
  const element = event.target instanceof HTMLElement ? event.target : null
  if (!element) return false
  if (
    element.isContentEditable ||
    element.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=range], [type=button])')
  )
    return true
  if (element.closest('[role=dialog], [role=menu], [role=listbox]')) return true
  const own = element.matches('[role=slider], [type=range], [role=radio], [type=radio]')
    ? ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown']
    : []
  if (element.matches('button, a, [role=button], [type=checkbox], [role=tab]')) own.push(' ', 'Enter')
  return own.includes(event.key) && !event.ctrlKey && !event.metaKey
}

/** Runs the commands of the key table for one case while the component is shown. */
export function useViewerKeys(session: CaseSession | null, host: KeyHost = {}): void {
  const latest = useRef(host)
  latest.current = host
  useEffect(() => {
    if (!session) return
    const held = new Map<string, KeyCommand>()
    const down = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTaken(event)) return
      const command = commandFor(event)
      if (!command) return
      event.preventDefault()
      if (command.release) {
        if (held.has(event.key.toLowerCase())) return
        held.set(event.key.toLowerCase(), command)
      }
      command.run(session, latest.current)
    }
    const up = (event: KeyboardEvent) => {
      held.get(event.key.toLowerCase())?.release?.(session)
      held.delete(event.key.toLowerCase())
    }
    // A window that loses the focus never hears the key go up.
    const blur = () => {
      for (const command of held.values()) command.release?.(session)
      held.clear()
    }
    window.addEventListener('keydown', down)
    window.addEventListener('keyup', up)
    window.addEventListener('blur', blur)
    return () => {
      blur()
      window.removeEventListener('keydown', down)
      window.removeEventListener('keyup', up)
      window.removeEventListener('blur', blur)
    }
  }, [session])
}

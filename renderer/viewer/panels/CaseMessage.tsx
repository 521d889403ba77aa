import { ActionIcon } from '@mantine/core'
import { IconInfoCircle, IconX } from '@tabler/icons-react'
import { useEffect } from 'react'
import { say } from '../actions.ts'
import { useCase, useCaseState } from '../case-context.tsx'
import tools from './mask-tools.module.css'

/** Why the last gesture or operation changed nothing; goes when something is changed, another tool is taken, or it is closed. */
export function CaseMessage() {
  const session = useCase()
  const { store } = session
  const message = useCaseState((s) => s.message)
  useEffect(() => {
    const stops = [
      session.onChange((change) => change === 'labels' && say(store, null)),
      store.subscribe((now, before) => {
        if (now.tool !== before.tool || now.activeSegment !== before.activeSegment) say(store, null)
      }),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }, [session, store])
  if (message === null) return null
  return (
    <div className={tools.message} role="status" aria-label="Message">
      <IconInfoCircle size={16} stroke={1.5} />
      <span>{message}</span>
      <ActionIcon size={24} aria-label="Close the message" onClick={() => say(store, null)}>
        <IconX size={16} stroke={1.5} />
      </ActionIcon>
    </div>
  )
}

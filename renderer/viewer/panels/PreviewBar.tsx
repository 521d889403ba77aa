import { Button } from '@mantine/core'
import { useActiveMask, useCase } from '../case-context.tsx'
import tools from './mask-tools.module.css'
import styles from './panels.module.css'

/** Asks about a proposed edit; it becomes one undo step or leaves nothing behind. */
export function PreviewBar() {
  const { store } = useCase()
  const document = useActiveMask()
  if (document?.preview == null) return null
  return (
    <div className={styles.accept} role="alertdialog" aria-label="Preview">
      <div>
        <b>{document.preview.headline}</b>
        <span>{document.preview.detail}</span>
      </div>
      <Button onClick={() => document.cancelPreview()}>
        Cancel <kbd className={tools.cancelKey}>Esc</kbd>
      </Button>
      {/* The focus is still on the button that asked for the preview; Enter must accept, not ask again. */}
      <Button variant="filled" autoFocus onClick={() => document.acceptPreview(store.getState().masking)}>
        Accept <kbd className={tools.acceptKey}>Enter</kbd>
      </Button>
    </div>
  )
}

import { useStatusParts } from '../app/status.ts'
import { maskSaving } from '../viewer/mask/saving.ts'

const WORDS = { saved: 'All saved', saving: 'Saving', failed: 'Not saved' } as const

/** Tells the status line, on whatever screen, whether strokes are on their way; a window that is closed then asks first. */
maskSaving.onChange((state) => useStatusParts.getState().setSaving(WORDS[state]))
window.addEventListener('beforeunload', (event) => {
  if (maskSaving.state !== 'saved') event.preventDefault()
})

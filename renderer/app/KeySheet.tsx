import { Modal } from '@mantine/core'
import { lazy, Suspense, useEffect, useState } from 'react'

const KeyTable = lazy(() => import('../settings/KeyTable.tsx').then(({ KeyTable }) => ({ default: KeyTable })))

const isTextField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))

/** "F1 for keys" on the status line, F1 and ? everywhere: the table of keys over the screen in front. */
export function KeySheet({ className }: { className: string | undefined }) {
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'F1' && (event.key !== '?' || isTextField(event.target))) return
      event.preventDefault()
      setOpen((now) => !now)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <button type="button" className={className} onClick={() => setOpen(true)}>
        F1 for keys
      </button>
      {open && (
        <Modal opened onClose={() => setOpen(false)} title="Keys" size="lg">
          <Suspense fallback={null}>
            <KeyTable />
          </Suspense>
        </Modal>
      )}
    </>
  )
}

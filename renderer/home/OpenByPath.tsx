import { Button, Group, Modal, Stack } from '@mantine/core'
import { useState } from 'react'
import { FileBrowser } from '../ui/FileBrowser.tsx'

/** In the browser shell: choosing a project among the folders the program was started with. */
export function OpenByPath({
  readOnly,
  onOpen,
  onClose,
}: {
  readOnly: boolean
  onOpen: (path: string, readOnly: boolean) => void
  onClose: () => void
}) {
  const [path, setPath] = useState<string | null>(null)
  return (
    <Modal opened onClose={onClose} title={readOnly ? 'Open a project read-only' : 'Open a project'} size="lg" centered>
      <Stack>
        <FileBrowser accept={(name) => name.endsWith('.saliscope')} selected={path} onSelect={setPath} />
        <Group justify="flex-end">
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="filled" disabled={path === null} onClick={() => path !== null && onOpen(path, readOnly)}>
            {readOnly ? 'Open read-only' : 'Open'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

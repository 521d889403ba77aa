import { Button, Group, Modal, Stack } from '@mantine/core'
import { useState } from 'react'
import { FileBrowser } from '../ui/FileBrowser.tsx'

/** In the browser shell: a folder or file among those the program was started with, read where it lies. */
export function PickFromRoots({ onPick, onClose }: { onPick: (path: string) => void; onClose: () => void }) {
  const [path, setPath] = useState<string | null>(null)
  return (
    <Modal opened onClose={onClose} title="Folder or file to scan" size="lg" centered>
      <Stack>
        <FileBrowser accept={() => true} folders selected={path} onSelect={setPath} />
        <Group justify="space-between">
          <span>A second click opens a folder.</span>
          <Group>
            <Button onClick={onClose}>Cancel</Button>
            <Button variant="filled" disabled={path === null} onClick={() => path !== null && onPick(path)}>
              Scan
            </Button>
          </Group>
        </Group>
      </Stack>
    </Modal>
  )
}

import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { ProjectHeader } from '../../main/shared/domain/project.ts'
import { sendJson } from '../app/api.ts'
import { isDesktop, shell } from '../app/shell.ts'
import { Notice } from '../ui/Notice.tsx'

/** Asks for a name; the desktop then asks where, the browser shell keeps the file in the folder it was started with. */
export function NewProject({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const navigate = useNavigate()
  const queries = useQueryClient()
  const create = useMutation({
    mutationFn: async () => {
      const fileName = `${name.trim().replaceAll(/[^\p{L}\p{N} ._-]/gu, '-')}.saliscope`
      const target = isDesktop ? (await shell.pickSaveTarget('project', fileName))?.handle : fileName
      if (target === undefined) return null
      return sendJson<ProjectHeader>('POST', '/api/projects', { target, name: name.trim() })
    },
    onSuccess: async (project) => {
      if (project === null) return
      await queries.invalidateQueries()
      navigate('/worklist')
    },
  })
  return (
    <Modal opened onClose={onClose} title="New project" centered>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (name.trim() !== '') create.mutate()
        }}
      >
        <Stack>
          <TextInput
            label="Name"
            description="Shown in lists; no patient's name belongs here."
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
            maxLength={120}
          />
          {create.error && <Notice kind="error">{create.error.message}</Notice>}
          <Group justify="flex-end">
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="filled" disabled={name.trim() === ''} loading={create.isPending}>
              Create project
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

import { Button } from '@mantine/core'
import { IconFolder, IconPlus, IconShieldCheck, IconUpload } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { ProjectHeader } from '../../main/shared/domain/project.ts'
import { ApiError, sendJson } from '../app/api.ts'
import { type RecentProject, useSession } from '../app/session.ts'
import { isDesktop, shell } from '../app/shell.ts'
import { useWindowDrop } from '../import/window-drop.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { providerTitles } from '../ui/format.ts'
import { Notice } from '../ui/Notice.tsx'
import { DemoPanel } from './DemoPanel.tsx'
import styles from './HomeScreen.module.css'
import { NewProject } from './NewProject.tsx'
import { OpenByPath } from './OpenByPath.tsx'
import { RecentTable } from './RecentTable.tsx'

/** Recent projects, new, open, open read-only, demo. */
export default function HomeScreen() {
  const session = useSession()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [dialog, setDialog] = useState<'none' | 'new' | 'open' | 'open-read-only'>('none')
  const [selected, setSelected] = useState<RecentProject | null>(null)

  const open = useMutation({
    mutationFn: (body: { source: string; readOnly: boolean; acceptLoss?: boolean }) =>
      sendJson<ProjectHeader>('POST', '/api/projects/open', body),
    onSuccess: async () => {
      await queries.invalidateQueries()
      navigate('/worklist')
    },
  })
  const forget = useMutation({
    mutationFn: (id: string) => sendJson('DELETE', `/api/projects/recent/${id}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ['session'] }),
  })
  const pickAndOpen = async (readOnly: boolean) => {
    if (!isDesktop) return setDialog(readOnly ? 'open-read-only' : 'open')
    const [chosen] = await shell.pickFiles('project')
    if (chosen !== undefined) open.mutate({ source: chosen.handle, readOnly })
  }

  const refused = useWindowDrop((state) => state.refused)
  const recent = session.data?.recent ?? []
  return (
    <div className={styles.screen}>
      <div className={styles.main}>
        <div className={styles.head}>
          <h1>Projects</h1>
          <Button size="sm" onClick={() => void pickAndOpen(true)}>
            Open read-only
          </Button>
          <Button size="sm" leftSection={<IconFolder size={16} stroke={1.5} />} onClick={() => void pickAndOpen(false)}>
            Open
          </Button>
          <Button
            size="sm"
            variant="filled"
            leftSection={<IconPlus size={16} stroke={1.5} />}
            onClick={() => setDialog('new')}
          >
            New project
          </Button>
        </div>
        <div className={styles.list}>
          {recent.length > 0 ? (
            <RecentTable
              projects={recent}
              openId={session.data?.project?.id ?? null}
              selected={selected}
              onSelect={setSelected}
              onOpen={(project) => open.mutate({ source: project.id, readOnly: false })}
              onForget={(project) => forget.mutate(project.id)}
            />
          ) : (
            session.isSuccess && (
              <EmptyState>
                A project holds studies, models, masks and maps in one file. Make a new one, open an existing one, or
                begin with the demo project.
              </EmptyState>
            )
          )}
        </div>
        {refused && session.data?.project === null && (
          <Notice kind="warning" title="No project is open.">
            Images are imported into a project. Make a new one or open one, then drop the folder again.
          </Notice>
        )}
        {forget.error && <Notice kind="error">{forget.error.message}</Notice>}
        {session.error && <Notice kind="error">{session.error.message}</Notice>}
        {open.error && (
          <Notice
            kind="error"
            actions={
              open.variables &&
              !open.variables.readOnly && (
                <>
                  <Button onClick={() => open.mutate({ source: open.variables.source, readOnly: true })}>
                    Open read-only
                  </Button>
                  {open.error instanceof ApiError && open.error.code === 'project.recent-work-missing' && (
                    <Button
                      onClick={() => open.mutate({ source: open.variables.source, readOnly: false, acceptLoss: true })}
                    >
                      Open as it is
                    </Button>
                  )}
                </>
              )
            }
          >
            {open.error.message}
          </Notice>
        )}
        <div className={styles.drop}>
          <IconUpload size={20} stroke={1.5} aria-hidden />
          <div>
            <strong>Drop a folder, files or a ZIP anywhere in this window</strong>
            <p>
              DICOM, NIfTI, PNG, JPEG and TIFF. You see what was found, and what was skipped and why, before anything is
              imported.
            </p>
          </div>
        </div>
      </div>
      <aside className={styles.side}>
        <DemoPanel />
        {session.data && (
          <section className={styles.machine}>
            <h2>This machine</h2>
            <dl>
              <dt>Compute</dt>
              <dd>
                {providerTitles(session.data.providers)}, {session.data.threads} threads
              </dd>
              <dt>Shell</dt>
              <dd>{session.data.shell === 'desktop' ? 'desktop' : 'browser'}</dd>
              <dt>Version</dt>
              <dd>{session.data.version}</dd>
            </dl>
          </section>
        )}
        <p className={styles.privacy}>
          <IconShieldCheck size={16} stroke={1.5} aria-hidden />
          Nothing leaves this machine: no telemetry, no update check. For research, not for diagnosis.
        </p>
      </aside>
      {dialog === 'new' && <NewProject onClose={() => setDialog('none')} />}
      {(dialog === 'open' || dialog === 'open-read-only') && (
        <OpenByPath
          readOnly={dialog === 'open-read-only'}
          onClose={() => setDialog('none')}
          onOpen={(path, readOnly) => {
            setDialog('none')
            open.mutate({ source: path, readOnly })
          }}
        />
      )}
    </div>
  )
}

import { Button, SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { AuditEntry, ProjectHeader } from '../../main/shared/domain/project.ts'
import { getJson, sendJson } from '../app/api.ts'
import { useSession } from '../app/session.ts'
import { formatBytes, formatWhen, providerTitles } from '../ui/format.ts'
import { Notice } from '../ui/Notice.tsx'
import { KeyValues, Section } from '../ui/Section.tsx'
import table from '../ui/table.module.css'
import { graphicsFacts } from './graphics.ts'
import { KeyTable } from './KeyTable.tsx'
import styles from './SettingsScreen.module.css'

/** Appearance, the open project's care, keys, and what this program runs on. */
export default function SettingsScreen() {
  const session = useSession()
  const graphics = useMemo(graphicsFacts, [])
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <div className={styles.screen}>
      <div className={styles.column}>
        <h1>Settings</h1>
        <Section title="Appearance">
          <SegmentedControl
            aria-label="Colour scheme"
            data={[
              { value: 'dark', label: 'Dark, for reading' },
              { value: 'light', label: 'Light, for writing' },
            ]}
            value={colorScheme === 'light' ? 'light' : 'dark'}
            onChange={(value) => setColorScheme(value === 'light' ? 'light' : 'dark')}
          />
        </Section>
        {session.data?.project && <ProjectCare project={session.data.project} />}
        <Section title="About">
          <KeyValues
            rows={[
              ['Version', session.data?.version ?? '–'],
              ['Shell', session.data?.shell === 'desktop' ? 'desktop' : 'browser'],
              [
                'Compute',
                session.data ? `${providerTitles(session.data.providers)}, ${session.data.threads} threads` : '–',
              ],
              ['Graphics', graphics.renderer],
              ['3-D textures', graphics.textures],
            ]}
          />
          {graphics.software && (
            <div className={styles.note}>
              <Notice kind="warning">
                Software rendering: slices and painting work as usual, 3-D views are coarse.
              </Notice>
            </div>
          )}
        </Section>
      </div>
      <div className={styles.column}>
        <h1>Keys</h1>
        <KeyTable />
      </div>
    </div>
  )
}

function ProjectCare({ project }: { project: ProjectHeader }) {
  const backup = useMutation({ mutationFn: () => sendJson<{ path: string }>('POST', '/api/projects/backup') })
  const verify = useMutation({ mutationFn: () => sendJson<{ problems: string[] }>('POST', '/api/projects/verify') })
  const audit = useQuery({ queryKey: ['audit'], queryFn: ({ signal }) => getJson<AuditEntry[]>('/api/audit', signal) })
  const error = backup.error ?? verify.error
  return (
    <>
      <Section title="Project" note={project.state}>
        <KeyValues
          rows={[
            ['Name', project.name],
            ['File', project.path],
            ['Size', formatBytes(project.bytes)],
            ['Last backup', formatWhen(project.lastBackupAt, new Date())],
          ]}
        />
        <div className={styles.buttons}>
          <Button loading={backup.isPending} disabled={project.state === 'read-only'} onClick={() => backup.mutate()}>
            Back up now
          </Button>
          <Button loading={verify.isPending} onClick={() => verify.mutate()}>
            Verify every stored byte
          </Button>
        </div>
        {error && <Notice kind="error">{error.message}</Notice>}
        {verify.data &&
          (verify.data.problems.length === 0 ? (
            <Notice kind="info">Everything stored is whole.</Notice>
          ) : (
            verify.data.problems.map((problem) => (
              <Notice key={problem} kind="error">
                {problem}
              </Notice>
            ))
          ))}
      </Section>
      <Section title="Changes" note={audit.data ? `${audit.data.length} entries` : undefined}>
        <section className={styles.audit} aria-label="Changes, newest first" tabIndex={0}>
          <table className={table.table}>
            <tbody>
              {(audit.data ?? [])
                .slice(-200)
                .reverse()
                .map((entry) => (
                  <tr key={entry.sequence}>
                    <td className={table.quiet}>{formatWhen(entry.at, new Date())}</td>
                    <td>{entry.action}</td>
                    <td className={`${table.quiet} ${table.rest}`} title={entry.subject}>
                      {entry.subject}
                    </td>
                  </tr>
                ))}
            </tbody>
          </table>
        </section>
      </Section>
    </>
  )
}

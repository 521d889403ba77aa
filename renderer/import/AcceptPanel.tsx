import { Button, Checkbox, SegmentedControl, TextInput } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { formatCount, formatInteger } from '../ui/format.ts'
import { JobProgress } from '../ui/JobProgress.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Section } from '../ui/Section.tsx'
import type { useJobAction } from '../ui/useJobAction.ts'
import styles from './ImportScreen.module.css'
import type { AcceptBody } from './ScanResult.tsx'

/** How the chosen series come into the project, then what happened with each. */
export function AcceptPanel(props: {
  summary: string
  count: number
  hasDicom: boolean
  alreadyHere: number
  action: ReturnType<typeof useJobAction<AcceptBody>>
  onStart: (options: Omit<AcceptBody, 'keys'>) => void
  onFinish: () => void
}) {
  const [deidentify, setDeidentify] = useState(true)
  const [group, setGroup] = useState('')
  const [split, setSplit] = useState('')
  const { action } = props
  const job = action.job
  const ended = job !== undefined && !action.busy
  return (
    <aside className={styles.accept} aria-label="Before you import">
      <Section title="Before you import">
        <p>{props.summary}</p>
        {props.alreadyHere > 0 && (
          <p className={styles.quiet}>
            {formatCount(props.alreadyHere, 'series is', 'series are')} already in the project and not copied again.
          </p>
        )}
      </Section>
      <Section title="Identifiers">
        <Checkbox
          label="Replace names, numbers and dates by stable codes"
          description="The same patient gets the same code in every import of this project. Private tags are removed."
          checked={deidentify}
          onChange={(event) => setDeidentify(event.currentTarget.checked)}
        />
        {!deidentify && (
          <div className={styles.gap}>
            <Notice kind="warning" title="Names come into the project.">
              They are stored in the file and seen by everyone who opens it.
            </Notice>
          </div>
        )}
        {props.hasDicom && (
          <p className={styles.quiet}>
            Text burned into a picture is not removed; series that may carry some are marked.
          </p>
        )}
      </Section>
      <Section title="Group">
        <TextInput
          aria-label="Group"
          placeholder="Free name, e.g. nodule present"
          value={group}
          onChange={(event) => setGroup(event.currentTarget.value)}
          mb={8}
        />
        <SegmentedControl
          fullWidth
          aria-label="Split"
          value={split}
          onChange={setSplit}
          data={[
            { value: '', label: 'No split' },
            { value: 'train', label: 'Training' },
            { value: 'tune', label: 'Validation' },
            { value: 'test', label: 'Test' },
          ]}
        />
      </Section>
      <div className={styles.act}>
        {action.error && <Notice kind="error">{action.error.message}</Notice>}
        {job && action.busy && <JobProgress job={job} what="files" onCancel={action.cancel} />}
        {ended && <Outcome job={job} />}
        {ended ? (
          <Button size="sm" variant="filled" fullWidth onClick={props.onFinish}>
            Go to the worklist
          </Button>
        ) : (
          <Button
            size="sm"
            variant="filled"
            fullWidth
            leftSection={<IconDownload size={16} stroke={1.5} />}
            disabled={props.count === 0 || action.busy}
            onClick={() => props.onStart({ deidentify, group: group.trim(), split })}
          >
            Import {formatCount(props.count, 'series', 'series')}
          </Button>
        )}
      </div>
    </aside>
  )
}

function Outcome({ job }: { job: NonNullable<ReturnType<typeof useJobAction>['job']> }) {
  const word = job.state === 'cancelled' ? 'Cancelled' : 'Done'
  return (
    <>
      <Notice kind={job.failed > 0 ? 'warning' : 'info'} title={`${word}.`}>
        {formatInteger(job.done)} of {formatInteger(job.total ?? job.done)} stored
        {job.failed > 0 ? `, ${formatInteger(job.failed)} not` : ''}.
      </Notice>
      {job.failures.map((failure) => (
        <Notice key={failure.item + failure.message} kind="error" title={failure.item}>
          {failure.message}
        </Notice>
      ))}
    </>
  )
}

import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import { JobProgress } from '../ui/JobProgress.tsx'
import { Notice } from '../ui/Notice.tsx'
import { useJobAction } from '../ui/useJobAction.ts'
import styles from './DemoPanel.module.css'

/** Builds the demo project, or goes on where it stopped. */
export function DemoPanel() {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const demo = useJobAction<Record<string, never>>('/api/demo', () => {
    void queries.invalidateQueries().then(() => navigate('/results'))
  })
  return (
    <section className={styles.demo}>
      <h2>Demo project</h2>
      <p>
        Synthetic chest radiographs and volumes with known nodules, an honest network and one that learnt a side marker
        instead. Every method is computed and measured; the table tells which ones expose the cheat.
      </p>
      <img
        src="/demo.png"
        alt="A synthetic chest radiograph: a Grad-CAM map over an outlined nodule, the side marker above it"
        className={styles.picture}
      />
      {demo.job && demo.busy ? (
        <JobProgress job={demo.job} what="steps" onCancel={demo.cancel} />
      ) : (
        <Button size="sm" className={styles.button} loading={demo.busy} onClick={() => demo.start({})}>
          Make demo project
        </Button>
      )}
      {demo.error && <Notice kind="error">{demo.error.message}</Notice>}
      {demo.job?.state === 'failed' && (
        <Notice kind="error">{demo.job.failures.at(-1)?.message ?? 'The demo project could not be built.'}</Notice>
      )}
    </section>
  )
}

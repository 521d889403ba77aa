import { useSearchParams } from 'react-router'
import { useJobs } from '../app/session.ts'
import styles from './ComputeScreen.module.css'
import { JobList } from './JobList.tsx'
import { RunForm } from './RunForm.tsx'

/** Choosing a run on the left, what runs and what ran on the right. */
export default function ComputeScreen() {
  const [parameters] = useSearchParams()
  const jobs = useJobs()
  return (
    <div className={styles.screen}>
      <RunForm initialStudy={parameters.get('study')} />
      <JobList jobs={jobs.data ?? []} />
    </div>
  )
}

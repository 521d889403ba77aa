import { Button } from '@mantine/core'
import { IconFile, IconFolder, IconUpload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import type { ScanReport } from '../../main/shared/domain/import.ts'
import type { Handle, PickKind } from '../../main/shared/shell/surface.ts'
import { getJson } from '../app/api.ts'
import { isDesktop, shell } from '../app/shell.ts'
import { formatCount } from '../ui/format.ts'
import { JobProgress } from '../ui/JobProgress.tsx'
import { Notice } from '../ui/Notice.tsx'
import { useJobAction } from '../ui/useJobAction.ts'
import styles from './ImportScreen.module.css'
import { PickFromRoots } from './PickFromRoots.tsx'
import { ScanResult } from './ScanResult.tsx'
import { useWindowDrop } from './window-drop.ts'

/** Scan without changing anything, look, choose, import. */
export default function ImportScreen() {
  const { scanId } = useParams()
  const navigate = useNavigate()
  const [picking, setPicking] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const [preparing, setPreparing] = useState<string | null>(null)
  const scan = useJobAction<{ sources: string[] }>('/api/import/scans', (job) => {
    const id = job.result?.['scanId']
    if (typeof id === 'string') navigate(`/import/${id}`)
  })
  const report = useQuery({
    queryKey: ['scans', scanId],
    queryFn: ({ signal }) => getJson<ScanReport>(`/api/import/scans/${scanId}`, signal),
    enabled: scanId !== undefined,
  })

  const scanHandles = async (ask: () => Promise<Handle[]>, what: string) => {
    setError(null)
    setPreparing(what)
    try {
      const handles = await ask()
      if (handles.length > 0) scan.start({ sources: handles.map(({ handle }) => handle) })
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure))
    } finally {
      setPreparing(null)
    }
  }
  const pick = (folder: boolean, kind: PickKind = 'images') =>
    scanHandles(() => (folder ? shell.pickFolder(kind) : shell.pickFiles(kind)), 'Reading what was chosen')
  const dropped = useWindowDrop((state) => state.files)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a drop is taken once, when it comes
  useEffect(() => {
    const { files } = useWindowDrop.getState()
    if (files === null) return
    useWindowDrop.setState({ files: null })
    void scanHandles(async () => shell.handleOfDropped(await files), 'Taking over what was dropped')
  }, [dropped])

  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        <h1>Import</h1>
        <span className={styles.about}>
          {report.data
            ? `${report.data.roots.join(', ')}, ${formatCount(report.data.fileCount, 'file', 'files')}, nothing copied yet`
            : 'A scan looks and changes nothing.'}
        </span>
        <Button leftSection={<IconFile size={16} stroke={1.5} />} onClick={() => void pick(false)}>
          Add files
        </Button>
        <Button leftSection={<IconFolder size={16} stroke={1.5} />} onClick={() => void pick(true)}>
          Add folder
        </Button>
        {!isDesktop && <Button onClick={() => setPicking(true)}>From this computer’s folders</Button>}
      </div>
      {(error ?? scan.error?.message) && <Notice kind="error">{error ?? scan.error?.message}</Notice>}
      {scan.job?.state === 'failed' && (
        <Notice kind="error">{scan.job.failures.at(-1)?.message ?? 'The scan failed.'}</Notice>
      )}
      {preparing && (
        <p className={styles.preparing} role="status">
          {preparing} …
        </p>
      )}
      {scan.job && scan.busy && <JobProgress job={scan.job} what="files" onCancel={scan.cancel} />}
      {report.error && <Notice kind="error">{report.error.message}</Notice>}
      {report.data ? <ScanResult key={report.data.id} report={report.data} /> : !scan.busy && <DropPlace />}
      {picking && (
        <PickFromRoots
          onClose={() => setPicking(false)}
          onPick={(path) => {
            setPicking(false)
            scan.start({ sources: [path] })
          }}
        />
      )}
    </div>
  )
}

function DropPlace() {
  return (
    <div className={styles.drop}>
      <IconUpload size={28} stroke={1.5} aria-hidden />
      <strong>Drop a folder or files here</strong>
      <p>
        DICOM (CT, MR, CR, DX), NIfTI, PNG, JPEG and TIFF, and masks as NIfTI or PNG. You see what was found, and what
        was skipped and why, before anything is imported.
      </p>
    </div>
  )
}

import { useMemo, useState } from 'react'
import { useNavigate } from 'react-router'
import type { ScannedSeries, ScanReport } from '../../main/shared/domain/import.ts'
import { useStatusLine } from '../app/status.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { formatBytes, formatCount, formatInteger } from '../ui/format.ts'
import { useJobAction } from '../ui/useJobAction.ts'
import { AcceptPanel } from './AcceptPanel.tsx'
import styles from './ImportScreen.module.css'
import { SeriesTable } from './SeriesTable.tsx'
import { SkippedFiles } from './SkippedFiles.tsx'

export interface AcceptBody {
  readonly keys: string[]
  readonly deidentify: boolean
  readonly group: string
  readonly split: string
}

const importable = (series: ScannedSeries) =>
  !series.alreadyHere && !series.findings.some((finding) => finding.outcome === 'refused')

/** What a scan found: series to choose on the left, what happens with them on the right. */
export function ScanResult({ report }: { report: ScanReport }) {
  const navigate = useNavigate()
  const [chosen, setChosen] = useState(() => new Set(report.series.filter(importable).map((series) => series.key)))
  const accept = useJobAction<AcceptBody>(`/api/import/scans/${report.id}/accept`)
  const selected = useMemo(() => report.series.filter((series) => chosen.has(series.key)), [report.series, chosen])
  const files = selected.reduce((sum, series) => sum + series.files.length, 0)
  const bytes = selected.reduce((sum, series) => sum + series.bytes, 0)
  const withFindings = report.series.filter((series) => series.findings.length > 0).length
  const patients = new Set(report.series.map((series) => series.patientLabel)).size
  useStatusLine(
    useMemo(
      () => [
        { id: 'scan', content: 'Dry scan, nothing changed' },
        {
          id: 'count',
          content: `${formatCount(patients, 'patient', 'patients')}, ${formatCount(report.series.length, 'series', 'series')}`,
        },
        { id: 'findings', content: `${withFindings} with findings` },
      ],
      [patients, report.series.length, withFindings],
    ),
  )
  return (
    <div className={styles.result}>
      <div className={styles.left}>
        {report.series.length === 0 ? (
          <EmptyState>No image was found here. The reasons stand below, by file.</EmptyState>
        ) : (
          <SeriesTable series={report.series} chosen={chosen} onChange={setChosen} />
        )}
        <SkippedFiles report={report} />
      </div>
      <AcceptPanel
        summary={`${formatInteger(selected.length)} of ${formatCount(report.series.length, 'series', 'series')}, ${formatCount(files, 'file', 'files')}, ${formatBytes(bytes)}`}
        count={selected.length}
        hasDicom={selected.some((series) => series.source === 'dicom')}
        alreadyHere={report.series.filter((series) => series.alreadyHere).length}
        action={accept}
        onStart={(options) => accept.start({ ...options, keys: [...chosen] })}
        onFinish={() => navigate('/worklist')}
      />
    </div>
  )
}

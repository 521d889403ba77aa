import { Checkbox } from '@mantine/core'
import { Fragment } from 'react'
import type { ScannedSeries } from '../../main/shared/domain/import.ts'
import { FindingBadge } from '../ui/FindingBadge.tsx'
import { formatCount, formatInteger, formatNumber } from '../ui/format.ts'
import { groupBy } from '../ui/group-by.ts'
import table from '../ui/table.module.css'
import styles from './SeriesTable.module.css'

/** Patients → studies → series, each with a tick; a patient's tick takes all of its series. */
export function SeriesTable({
  series,
  chosen,
  onChange,
}: {
  series: readonly ScannedSeries[]
  chosen: ReadonlySet<string>
  onChange: (chosen: Set<string>) => void
}) {
  const patients = groupBy(series, (one) => one.patientLabel)
  const set = (keys: readonly string[], on: boolean) => {
    const next = new Set(chosen)
    for (const key of keys) {
      if (on) next.add(key)
      else next.delete(key)
    }
    onChange(next)
  }
  const all = series.filter((one) => !one.alreadyHere).map((one) => one.key)
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th style={{ width: 32 }}>
              <Tick keys={all} chosen={chosen} onChange={set} label="All series" />
            </th>
            <th colSpan={2}>Series</th>
            <th className={table.number}>Files</th>
            <th>Plane</th>
            <th className={table.number}>Voxel, mm</th>
            <th className={table.number}>MB</th>
            <th>Findings</th>
          </tr>
        </thead>
        <tbody>
          {[...patients].map(([patient, members]) => (
            <Fragment key={patient}>
              <tr className={styles.patient}>
                <td>
                  <Tick
                    keys={members.map((one) => one.key)}
                    chosen={chosen}
                    onChange={set}
                    label={`All series of ${patient}`}
                  />
                </td>
                <td colSpan={7}>
                  <span className={table.name}>{patient}</span>{' '}
                  <span className={table.quiet}>{formatCount(members.length, 'series', 'series')}</span>
                </td>
              </tr>
              {members.map((one) => (
                <SeriesRow key={one.key} series={one} chosen={chosen} onChange={set} />
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A single picture has no third size worth telling. */
const flat = (values: readonly number[], dims: readonly number[] = values) =>
  values.filter((_, axis) => axis < 2 || dims[axis] > 1)

function SeriesRow({
  series,
  chosen,
  onChange,
}: {
  series: ScannedSeries
  chosen: ReadonlySet<string>
  onChange: (keys: string[], on: boolean) => void
}) {
  return (
    <tr>
      <td>
        {series.alreadyHere ? null : (
          <Tick keys={[series.key]} chosen={chosen} onChange={onChange} label={series.description || series.modality} />
        )}
      </td>
      <td className={styles.thumbnail}>{series.thumbnail && <img src={series.thumbnail} alt="" />}</td>
      <td className={styles.title}>
        <div className={table.name}>{series.description || `${series.modality} without a description`}</div>
        <div className={table.under}>
          {series.modality}
          {series.isMask && ', mask'}
          {series.studyDate && `, ${series.studyDate}`}, {flat(series.dims).join(' × ')}
        </div>
      </td>
      <td className={table.number}>{formatInteger(series.files.length)}</td>
      <td>{series.orientation || 'unknown'}</td>
      <td className={table.number}>
        {series.spacingMm === null
          ? 'no scale'
          : flat(series.spacingMm, series.dims)
              .map((mm) => formatNumber(mm, 2))
              .join(' × ')}
      </td>
      <td className={table.number}>{formatNumber(series.bytes / 1e6, 1)}</td>
      <td>
        {series.alreadyHere ? (
          <span className={table.quiet}>Already here</span>
        ) : (
          <FindingBadge findings={series.findings} />
        )}
      </td>
    </tr>
  )
}

function Tick({
  keys,
  chosen,
  onChange,
  label,
}: {
  keys: readonly string[]
  chosen: ReadonlySet<string>
  onChange: (keys: string[], on: boolean) => void
  label: string
}) {
  const on = keys.filter((key) => chosen.has(key)).length
  return (
    <Checkbox
      aria-label={label}
      checked={keys.length > 0 && on === keys.length}
      indeterminate={on > 0 && on < keys.length}
      onChange={(event) => onChange([...keys], event.currentTarget.checked)}
    />
  )
}

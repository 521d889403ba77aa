import { formatCompact, formatInteger, formatNumber } from '../../ui/format.ts'
import { useCaseLayers, useCaseState } from '../case-context.tsx'
import { probeAt } from '../probe.ts'
import styles from './panels.module.css'

/** Position, voxel and the values of image, maps and labels under the pointer (or at the crosshair while it is elsewhere). */
export function ProbeStatus() {
  const session = useCaseLayers()
  const hover = useCaseState((s) => s.hover)
  const point = useCaseState((s) => s.points.axial)
  useCaseState((s) => s.overlays)
  const { volume } = session.image.layer
  const probe = probeAt(session, hover?.point ?? point)
  const { physical, dims } = volume.grid
  const flat = dims[2] === 1
  const position = probe.point.map((v) => formatNumber(v, 1)).slice(0, physical ? 3 : 2)
  const decimals = volume.type === 'float32' || !Number.isInteger(volume.slope) ? 2 : 0
  const titleOf = (key: string) => session.mapRecords.find((r) => r.key === key)?.method ?? 'map'
  return (
    <div className={styles.status}>
      <span>
        <em>{physical ? 'Patient (LPS)' : 'Position'}</em>
        <b>
          {position.join(', ')} {physical ? 'mm' : 'px'}
        </b>
      </span>
      <span>
        <em>Voxel</em>
        <b>
          {probe.voxel
            ? probe.voxel
                .slice(0, flat ? 2 : 3)
                .map(formatInteger)
                .join(', ')
            : 'outside'}
        </b>
      </span>
      <span>
        <em>{volume.modality}</em>
        <b>{probe.image ? `${probe.image.map((v) => formatNumber(v, decimals)).join(', ')} ${volume.unit}` : '–'}</b>
      </span>
      {probe.maps.map(({ key, value }) => (
        <span key={key}>
          <em>{titleOf(key)}</em>
          <b>{value === null ? 'outside' : Number.isNaN(value) ? 'not a number' : formatCompact(value)}</b>
        </span>
      ))}
      {probe.labels.map((label) => (
        <span key={`${label.maskId}/${label.segment}`}>
          <em>Label</em>
          <i className={styles.chip} style={{ display: 'inline-block', marginRight: 5, background: label.colour }} />
          <b>{label.name}</b> ({label.reader})
        </span>
      ))}
    </div>
  )
}

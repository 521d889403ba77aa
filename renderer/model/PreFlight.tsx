import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Model, ModelDetails, ModelReport } from '../../main/shared/domain/model.ts'
import { formatBytes, formatCompact, formatCount, formatDuration, formatInteger } from '../ui/format.ts'
import { Notice } from '../ui/Notice.tsx'
import { KeyValues, Section } from '../ui/Section.tsx'
import table from '../ui/table.module.css'
import screen from './ModelScreen.module.css'
import styles from './PreFlight.module.css'
import { blockedByReason, stageLayers } from './pre-flight-facts.ts'

const HEADS = {
  none: 'No head found; the last tensor is taken as logits.',
  softmax: 'Softmax cut. Maps explain the logits; probabilities are kept for the tables.',
  sigmoid: 'Sigmoid cut. Maps explain the logits; probabilities are kept for the tables.',
  'log-softmax': 'LogSoftmax cut. Maps explain the logits; probabilities are kept for the tables.',
} as const

const shape = (dims: readonly (number | string | null)[]) => dims.map((d) => d ?? '?').join(' × ')
const time = (ms: number) => (ms < 1000 ? `${Number(ms.toPrecision(2))} ms` : formatDuration(ms / 1000))

/** What the file is and what it allows, before any map is computed. */
export function PreFlight({ model }: { model: Model }) {
  const { report } = model
  const { details } = report
  return (
    <section className={screen.report} aria-label="Pre-flight report">
      <FileFacts model={model} />
      <Warnings report={report} />
      <Ends report={report} />
      <Operators report={report} />
      {details !== null && details.structure.length > 0 && (
        <Section title="Built of">
          <KeyValues
            rows={details.structure.map(({ what, count, note }) => [
              what,
              <span key={what} title={note}>
                {formatInteger(count)}
              </span>,
            ])}
          />
        </Section>
      )}
      <Layers report={report} />
      {details !== null && <Cost report={report} details={details} />}
      <Methods report={report} />
    </section>
  )
}

function FileFacts({ model }: { model: Model }) {
  const { report } = model
  const { details } = report
  const rows: (readonly [string, ReactNode])[] = [
    ['File', model.fileName],
    [
      'SHA-256',
      <span key="hash" className={screen.hash} title={report.sha256}>
        {`${report.sha256.slice(0, 8)} … ${report.sha256.slice(-4)}`}
      </span>,
    ],
    [
      'Written by',
      [
        report.producer || 'unknown',
        `IR ${report.irVersion}`,
        ...Object.entries(report.opsets).map(([domain, version]) => `${domain || 'opset'} ${version}`),
      ].join(', '),
    ],
    [
      'Size',
      `${formatBytes(report.bytes)}, ${details?.externalData.length ? 'with external data' : 'no external data'}`,
    ],
  ]
  if (details !== null)
    rows.push(['Weights', `${formatInteger(details.parameterCount)}, ${formatBytes(details.initializerBytes)}`])
  return (
    <Section title="Pre-flight">
      <KeyValues rows={rows} />
      {report.repairs.length > 0 && (
        <details className={styles.more}>
          <summary>{formatCount(report.repairs.length, 'repair', 'repairs')} on reading</summary>
          <ul>
            {report.repairs.map((repair) => (
              <li key={repair}>{repair}</li>
            ))}
          </ul>
        </details>
      )}
    </Section>
  )
}

/** What is wrong with the model itself, and what an operator without a rule rules out. */
function Warnings({ report }: { report: ModelReport }) {
  const blocked = blockedByReason(report.methods)
  const warnings = report.warnings.filter((warning) => !blocked.some(({ reason }) => reason === warning))
  if (warnings.length === 0 && blocked.length === 0) return null
  return (
    <Section
      title="To know before"
      note={`${report.methods.filter((m) => m.available).length} of ${report.methods.length} methods can run`}
    >
      <div className={screen.gap}>
        {blocked.map(({ reason, ids }) => (
          <Notice key={reason} kind="warning" title={reason}>
            {ids.length === report.methods.length ? 'No method can run.' : `Blocked: ${ids.join(', ')}.`}
          </Notice>
        ))}
        {warnings.map((warning) => (
          <Notice key={warning} kind="warning">
            {warning}
          </Notice>
        ))}
      </div>
    </Section>
  )
}

function Ends({ report }: { report: ModelReport }) {
  const { details } = report
  const rows: (readonly [string, ReactNode])[] = [
    ...report.inputs.map(({ name, type, dims }) => [name, `${type} ${shape(dims)}`] as const),
    ...report.outputs.map(({ name, type, dims }) => [name, `${type} ${shape(dims)}`] as const),
    ['Layout', report.layout ?? 'not proved by the file'],
  ]
  if (details?.itemDims) rows.push(['Tried with', shape(details.itemDims)])
  if (report.scoreCount !== null) rows.push(['Scores', formatInteger(report.scoreCount)])
  return (
    <Section title="Input and output">
      <KeyValues rows={rows} />
      <p className={styles.text}>{HEADS[report.head]}</p>
    </Section>
  )
}

function Operators({ report }: { report: ModelReport }) {
  return (
    <Section title="Operators" note={formatCount(report.operators.length, 'kind', 'kinds')}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th>operator</th>
            <th className={styles.number}>nodes</th>
            <th className={styles.number}>gradient</th>
          </tr>
        </thead>
        <tbody>
          {report.operators.map(({ name, count, rule, reason }) => (
            <tr key={name} title={reason}>
              <td>{name}</td>
              <td className={styles.number}>{formatInteger(count)}</td>
              <td className={styles.number}>
                {rule === 'no' ? (
                  <span className={`${table.state} ${table.warn}`}>
                    <IconAlertTriangle size={14} stroke={1.5} /> none
                  </span>
                ) : (
                  <span className={`${table.state} ${table.quiet}`}>
                    {rule === 'yes' && <IconCheck size={14} stroke={1.5} />} {rule === 'yes' ? 'rule' : 'not needed'}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}

function Layers({ report }: { report: ModelReport }) {
  const stages = stageLayers(report.camLayers)
  return (
    <Section title="Layers for CAM" note="channels × space">
      {stages.length === 0 ? (
        'No tensor keeps spatial axes, so class activation maps are not available.'
      ) : (
        <LayerList layers={stages} />
      )}
      {report.camLayers.length > stages.length && (
        <details className={styles.more}>
          <summary>All {formatInteger(report.camLayers.length)}</summary>
          <LayerList layers={report.camLayers} />
        </details>
      )}
    </Section>
  )
}

/** Names are long paths whose ends tell them apart, so they are cut at the front. */
function LayerList({ layers }: { layers: ModelReport['camLayers'] }) {
  return (
    <ul className={styles.layers}>
      {layers.map(({ name, dims, isDefault }) => (
        <li key={name} title={name}>
          <span className={styles.layer}>
            <bdi>{name}</bdi>
          </span>
          <span>{isDefault ? `default, ${shape(dims)}` : shape(dims)}</span>
        </li>
      ))}
    </ul>
  )
}

function Cost({ report, details }: { report: ModelReport; details: ModelDetails }) {
  const rows: (readonly [string, ReactNode])[] = []
  if (report.forwardMs !== null) rows.push(['Forward', time(report.forwardMs)])
  if (details.gradientMs !== null && report.forwardMs !== null)
    rows.push([
      'Forward and gradient',
      `${time(details.gradientMs)}, ${(details.gradientMs / report.forwardMs).toFixed(1)} ×`,
    ])
  if (details.activationBytes !== null) rows.push(['Activations, one image', formatBytes(details.activationBytes)])
  if (details.chunk !== null)
    rows.push(['Images per run', `${details.chunk.forward}, with gradient ${details.chunk.gradient}`])
  if (details.selfCheck !== null)
    rows.push([
      'Gradient against differences',
      details.selfCheck.difference === null ? 'open' : formatCompact(details.selfCheck.difference),
    ])
  if (details.scoreChange !== null)
    rows.push([
      'Scores after rewriting',
      details.scoreChange === 0 ? 'the same' : `differ by ${formatCompact(details.scoreChange)}`,
    ])
  return (
    <Section
      title="Cost and self-tests"
      note={`${details.provider.toUpperCase()}, ${formatCount(details.threads, 'thread', 'threads')}`}
    >
      {rows.length === 0 ? 'Not measured: the model did not run.' : <KeyValues rows={rows} />}
      {details.selfCheck?.difference === null && <p className={styles.text}>{details.selfCheck.message}</p>}
      <p className={styles.text}>{details.determinism}</p>
    </Section>
  )
}

function Methods({ report }: { report: ModelReport }) {
  const available = report.methods.filter((method) => method.available)
  const reservations = available.filter(({ reason }) => reason !== '')
  return (
    <Section title="Methods" note={`${available.length} of ${report.methods.length} can run`}>
      <details className={styles.more}>
        <summary>Predicted for one image, by default</summary>
        <table className={styles.table}>
          <tbody>
            {available.map(({ id, predictedMs, predictedMb }) => (
              <tr key={id}>
                <td>{id}</td>
                <td className={styles.number}>{predictedMs === null ? 'by its arrays' : time(predictedMs)}</td>
                <td className={styles.number}>{predictedMb === null ? '' : formatBytes(predictedMb * 2 ** 20)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
      {reservations.map(({ id, reason }) => (
        <p key={id} className={styles.text}>
          {id}: {reason}
        </p>
      ))}
    </Section>
  )
}

import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import type { Model } from '../../main/shared/domain/model.ts'
import { formatBytes, formatNumber } from '../ui/format.ts'
import { Notice } from '../ui/Notice.tsx'
import { KeyValues, Section } from '../ui/Section.tsx'
import table from '../ui/table.module.css'
import styles from './ModelScreen.module.css'

const HEADS = {
  none: 'No head found; the last tensor is taken as logits.',
  softmax: 'Softmax cut. Maps explain the logits.',
  sigmoid: 'Sigmoid cut. Maps explain the logits.',
  'log-softmax': 'LogSoftmax cut. Maps explain the logits.',
} as const

/** What the file is and what it allows, before any map is computed (engine.md 13). */
export function PreFlight({ model }: { model: Model }) {
  const { report } = model
  const missing = report.methods.filter((method) => !method.available)
  return (
    <section className={styles.report} aria-label="Pre-flight report">
      <Section
        title="Pre-flight"
        note={report.forwardMs === null ? undefined : `forward ${formatNumber(report.forwardMs, 1)} ms`}
      >
        <KeyValues
          rows={[
            ['File', model.fileName],
            [
              'SHA-256',
              <span
                key="hash"
                className={styles.hash}
                title={report.sha256}
              >{`${report.sha256.slice(0, 8)} … ${report.sha256.slice(-4)}`}</span>,
            ],
            [
              'Written by',
              [
                report.producer || 'unknown',
                `IR ${report.irVersion}`,
                ...Object.entries(report.opsets).map(([domain, version]) => `${domain || 'opset'} ${version}`),
              ].join(', '),
            ],
            ['Size', formatBytes(report.bytes)],
            ['Repaired', report.repairs.length === 0 ? 'nothing' : report.repairs.join('; ')],
          ]}
        />
      </Section>
      <Section title="Input and output">
        <KeyValues
          rows={[
            ...report.inputs.map(
              (input) => [input.name, `${input.type} ${input.dims.map((d) => d ?? '?').join(' × ')}`] as const,
            ),
            ...report.outputs.map(
              (output) => [output.name, `${output.type} ${output.dims.map((d) => d ?? '?').join(' × ')}`] as const,
            ),
          ]}
        />
      </Section>
      <Section title="Operators" note={`${report.operators.length} kinds`}>
        <table className={styles.operators}>
          <tbody>
            {report.operators.map((operator) => (
              <tr key={operator.name} title={operator.reason}>
                <td>{operator.name}</td>
                <td>{operator.count}</td>
                <td>
                  {operator.rule === 'no' ? (
                    <span className={`${table.state} ${table.warn}`}>
                      <IconAlertTriangle size={14} stroke={1.5} /> no rule
                    </span>
                  ) : (
                    <span className={`${table.state} ${table.quiet}`}>
                      <IconCheck size={14} stroke={1.5} /> {operator.rule === 'yes' ? 'rule' : 'not needed'}
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
      <Section title="Head">{HEADS[report.head]}</Section>
      <Section title="Layer for CAM" note="channels × space">
        {report.camLayers.length === 0 ? (
          'No tensor keeps spatial axes, so class activation maps are not available.'
        ) : (
          <KeyValues
            rows={report.camLayers.map(
              (layer) => [layer.isDefault ? `${layer.name}, default` : layer.name, layer.dims.join(' × ')] as const,
            )}
          />
        )}
      </Section>
      <Section title="Methods" note={`${report.methods.length - missing.length} of ${report.methods.length} can run`}>
        <div className={styles.gap}>
          {missing.map((method) => (
            <Notice key={method.id} kind="warning" title={method.id}>
              {method.reason}
            </Notice>
          ))}
          {report.warnings.map((warning) => (
            <Notice key={warning} kind="warning">
              {warning}
            </Notice>
          ))}
          {missing.length === 0 && report.warnings.length === 0 && 'Every method can run on this model.'}
        </div>
      </Section>
    </section>
  )
}

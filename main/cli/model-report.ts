import type { ModelDetails, ModelReport } from '../shared/domain/model.ts'
import type { ProviderCheck } from '../shared/domain/provider-check.ts'

const HEADS = {
  none: 'none found; the last tensor is taken as logits',
  softmax: 'softmax, cut: maps explain the logits',
  sigmoid: 'sigmoid, cut: maps explain the logits',
  'log-softmax': 'log-softmax, cut: maps explain the logits',
} as const

/** Layers shown in the text; --json has all. */
const LAYERS = 8

function bytes(count: number): string {
  if (count < 1024) return `${count} bytes`
  const unit = count < 1024 ** 2 ? 1 : count < 1024 ** 3 ? 2 : 3
  return `${(count / 1024 ** unit).toPrecision(3)} ${['', 'KB', 'MB', 'GB'][unit]}`
}

/** Two significant figures, never in powers of ten. */
const twoFigures = (value: number) => String(value === 0 ? 0 : Number(value.toPrecision(2)))

function duration(ms: number): string {
  if (ms < 1000) return `${twoFigures(ms)} ms`
  if (ms < 60_000) return `${twoFigures(ms / 1000)} s`
  return ms < 3_600_000 ? `${twoFigures(ms / 60_000)} min` : `${twoFigures(ms / 3_600_000)} h`
}

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`
const shape = (dims: readonly (number | string | null)[]) => `[${dims.map((d) => d ?? '?').join(', ')}]`

/** Lines with their labels in a column. */
function labelled(rows: readonly (readonly [string, string])[], indent = '  '): string[] {
  const width = Math.max(...rows.map(([label]) => label.length)) + 2
  return rows.map(([label, text]) => `${indent}${label.padEnd(width)}${text}`.trimEnd())
}

function file(report: ModelReport, details: ModelDetails | null): string[] {
  const opsets = Object.entries(report.opsets).map(([domain, version]) => `${domain || 'ai.onnx'} ${version}`)
  const rows: [string, string][] = [
    ['SHA-256', report.sha256],
    ['written by', report.producer || 'not stated'],
    ['format', `IR ${report.irVersion}, operator sets ${opsets.join(', ') || 'not stated'}`],
    ['size', bytes(report.bytes)],
  ]
  if (details !== null) {
    rows.push(['weights', `${details.parameterCount} numbers, ${bytes(details.initializerBytes)}`])
    for (const { name, bytes: count } of details.externalData) rows.push(['weights in', `${name}, ${bytes(count)}`])
  }
  for (const repair of report.repairs) rows.push(['repaired', repair])
  return labelled(rows)
}

function ends(report: ModelReport, details: ModelDetails | null): string[] {
  const rows: [string, string][] = [
    ...report.inputs.map(({ name, type, dims }): [string, string] => ['input', `${name}  ${type} ${shape(dims)}`]),
    ...report.outputs.map(({ name, type, dims }): [string, string] => ['output', `${name}  ${type} ${shape(dims)}`]),
    ['layout', report.layout ?? 'not proved by the file'],
    ['head', HEADS[report.head]],
    ['scores', report.scoreCount === null ? 'unknown' : String(report.scoreCount)],
  ]
  if (details?.itemDims) rows.splice(1, 0, ['tried with', `items of ${shape(details.itemDims)}`])
  if (details?.statedBatch) rows.push(['batch', `${details.statedBatch} stated in the file`])
  return labelled(rows)
}

function operators(report: ModelReport, details: ModelDetails | null): string[] {
  const list = report.operators.map(({ name, count, rule }) => `${count} ${name}${rule === 'no' ? ' (no rule)' : ''}`)
  const missing = Map.groupBy(details?.withoutRule ?? [], ({ operator }) => operator)
  const lines = [...missing.values()].map(([first, ...others]) => {
    const more = others.length > 0 ? ` and ${plural(others.length, 'other')}` : ''
    return `  no rule: ${first.node}${more}: ${first.reason}`
  })
  return [`  ${list.join(', ')}`, ...lines]
}

function layers({ camLayers }: ModelReport): string[] {
  if (camLayers.length === 0) return ['  none: no tensor has channels and spatial axes']
  const shown = camLayers.slice(-LAYERS)
  const rows = shown.map(({ name, dims, isDefault }): [string, string] => [
    name,
    `${shape(dims)}${isDefault ? '  default' : ''}`,
  ])
  const hidden = camLayers.length - shown.length
  return [...(hidden > 0 ? [`  ${hidden} earlier ones are listed with --json`] : []), ...labelled(rows)]
}

function cost(report: ModelReport, details: ModelDetails | null): string[] {
  const rows: [string, string][] = []
  if (report.forwardMs !== null) rows.push(['forward', duration(report.forwardMs)])
  if (details?.gradientMs) rows.push(['with backward', duration(details.gradientMs)])
  if (details?.activationBytes) rows.push(['activations', `${bytes(details.activationBytes)} an item`])
  if (details?.chunk)
    rows.push(['items per run', `${details.chunk.forward} forward, ${details.chunk.gradient} with backward`])
  if (details) rows.push(['measured on', `${details.provider}, ${plural(details.threads, 'thread')}`])
  if (details?.providerCheck) rows.push(...providerRows(details.providerCheck))
  if (details?.scoreChange === 0) rows.push(['rewriting', 'leaves the scores as they are'])
  if (details?.scoreChange)
    rows.push(['rewriting', `changes scores by ${details.scoreChange.toPrecision(2)} of the largest`])
  if (details?.selfCheck && details.selfCheck.difference === null)
    rows.push(['gradient check', details.selfCheck.message])
  if (details?.selfCheck?.difference != null)
    rows.push([
      'gradient check',
      `${details.selfCheck.passed ? 'passed' : 'failed'}, ${(details.selfCheck.difference * 100).toPrecision(2)} % from differences of the score`,
    ])
  return rows.length === 0 ? ['  not measured'] : labelled(rows)
}

function providerRows(check: ProviderCheck): [string, string][] {
  const { nodes, fallbackNodes, fallbackOperators, gradientDifference } = check
  const list = Object.entries(fallbackOperators).map(([name, count]) => `${count} ${name}`)
  const which = list.length > 0 ? ` (${list.join(', ')})` : ''
  const gradient =
    gradientDifference === null
      ? 'gradient not compared'
      : `gradient by ${gradientDifference.toPrecision(2)} of its norm`
  return [
    ['against the CPU', `scores differ by ${check.scoreDifference.toPrecision(2)} of the largest, ${gradient}`],
    [
      'left to the CPU',
      fallbackNodes === null ? `not counted: ${check.fallbackReason}` : `${fallbackNodes} of ${nodes} nodes${which}`,
    ],
  ]
}

function methodLines({ methods }: ModelReport): string[] {
  const rows = methods.map(({ id, available, reason, predictedMs, predictedMb }): [string, string] => {
    const predicted =
      predictedMs === null
        ? 'yes, cost depends on parameters that must be given'
        : `about ${duration(predictedMs)}, ${predictedMb} MB`
    return [id, available ? [predicted, reason].filter((part) => part !== '').join('. ') : `no: ${reason}`]
  })
  const reasons = new Set(methods.filter(({ available }) => !available).map(({ reason }) => reason))
  if (methods.every(({ available }) => !available) && reasons.size === 1) return [`  none: ${[...reasons][0]}`]
  return labelled(rows)
}

/** The report of a model as a page of text. */
export function modelReportText(name: string, report: ModelReport): string {
  const { details } = report
  const sections: [string, string[]][] = [
    ['File', file(report, details)],
    ['Input and output', ends(report, details)],
    [`Operators (${plural(report.operators.length, 'kind')})`, operators(report, details)],
    [
      'Built of',
      labelled(
        (details?.structure ?? []).map((p) => [
          p.what,
          [String(p.count), p.note].filter((part) => part !== '').join(': '),
        ]),
      ),
    ],
    [`Layers for class activation maps (${report.camLayers.length})`, layers(report)],
    ['Cost, one item', cost(report, details)],
    [`Methods (${report.methods.filter((m) => m.available).length} of ${report.methods.length})`, methodLines(report)],
    ['Warnings', report.warnings.map((warning) => `  ${warning}`)],
  ]
  const body = sections.filter(([, lines]) => lines.length > 0).flatMap(([title, lines]) => ['', title, ...lines])
  return [name, ...body].join('\n')
}

import type { Model, ModelReport } from '../shared/domain/model.ts'
import { type ModelCard, modelCardSchema } from '../shared/domain/model-card.ts'

export interface SuggestedCard {
  readonly card: ModelCard
  /** Paths of the fields the file cannot prove: they hold defaults and must be confirmed. */
  readonly ask: readonly string[]
}

type Layout = ModelCard['input']['layout']

interface InputFacts {
  readonly layout: Layout
  readonly layoutProved: boolean
  readonly channels: number | null
  /** One entry per spatial axis; null where the file leaves it open. */
  readonly size: readonly (number | null)[]
}

/** Where the file leaves a size open: what networks of that kind are usually trained on. */
const usualSize = { 2: 224, 3: 64 } as const

function inputFacts(report: ModelReport): InputFacts {
  const dims = (report.inputs[0]?.dims ?? []).map((dim) => (typeof dim === 'number' && dim > 0 ? dim : null))
  const layout: Layout = report.layout ?? (dims.length === 5 ? 'NCDHW' : 'NCHW')
  const last = layout === 'NHWC' || layout === 'NDHWC'
  const spatialCount = layout.length - 2
  const channels = (last ? dims[dims.length - 1] : dims[1]) ?? null
  const spatial = last ? dims.slice(1, 1 + spatialCount) : dims.slice(2, 2 + spatialCount)
  return {
    layout,
    layoutProved: report.layout !== null,
    channels,
    size: Array.from({ length: spatialCount }, (_, n) => spatial[n] ?? null),
  }
}

function outputPart(report: ModelReport): { output: ModelCard['output']; ask: string[] } {
  const count = Math.max(1, report.scoreCount ?? 1)
  const kind = report.head === 'none' ? 'logits' : report.head
  const task =
    report.head === 'softmax' || report.head === 'log-softmax'
      ? 'classification'
      : count === 1
        ? 'binary'
        : report.head === 'sigmoid'
          ? 'multi-label'
          : 'classification'
  const ask = [
    'output.classes',
    ...(report.head === 'none' ? ['output.kind', 'output.task'] : []),
    ...(report.scoreCount === null ? ['output.task'] : []),
  ]
  const classes = Array.from({ length: count }, (_, n) => (count === 1 ? 'positive' : `class ${n}`))
  return { output: { name: report.outputs[0]?.name ?? 'output', kind, task, classes }, ask }
}

/**
 * The card a file can prove by itself, with defaults elsewhere. Window, scaling and normalisation are never in the file and always asked
 * for (R6); a fixed size, the head and a proved layout are taken as they are.
 */
export function suggestCard(model: Pick<Model, 'name' | 'report'>): SuggestedCard {
  const { report } = model
  const facts = inputFacts(report)
  const { output, ask: askOutput } = outputPart(report)
  const spatialCount = facts.size.length === 3 ? 3 : 2
  const channels = facts.channels ?? 1
  const card = modelCardSchema.parse({
    name: model.name,
    input: {
      name: report.inputs[0]?.name ?? 'input',
      layout: facts.layout,
      channels,
      size: facts.size.map((size) => size ?? usualSize[spatialCount]),
    },
    intensity: {
      clip: { kind: 'image' },
      scaleTo: [0, 1],
      mean: new Array(channels).fill(0),
      std: new Array(channels).fill(1),
      colour: channels === 3 ? 'repeat-grey' : 'grey',
    },
    output,
  })
  const ask = [
    ...(facts.layoutProved ? [] : ['input.layout']),
    ...(facts.channels === null ? ['input.channels'] : []),
    ...(facts.size.includes(null) ? ['input.size'] : []),
    'input.orientation',
    'input.spacingMm',
    'intensity.clip',
    'intensity.scaleTo',
    'intensity.mean',
    'intensity.std',
    ...(channels === 3 ? ['intensity.colour'] : []),
    ...askOutput,
  ]
  return { card, ask: [...new Set(ask)] }
}

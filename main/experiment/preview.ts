import type { ComputePool } from '../compute/task.ts'
import type { Project } from '../project/project.ts'
import type { Finding } from '../shared/domain/finding.ts'
import type { ModelCard } from '../shared/domain/model-card.ts'
import { SaliscopeError } from '../shared/errors.ts'
import type { ModelFolder } from './model-folder.ts'
import { type PreparedInput, prepareInput } from './model-input.ts'

export interface ClassScore {
  readonly class: string
  readonly value: number
  readonly probability: number | null
}

export interface Preview {
  readonly input: PreparedInput
  readonly scores: readonly ClassScore[]
  readonly findings: readonly Finding[]
}

/** Scores of the first item by class; a model of segmentation is summed by its own rule, so only its score vector is shown. */
function namedScores(
  card: ModelCard,
  scores: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  count: number,
): ClassScore[] {
  return Array.from({ length: count }, (_, k) => ({
    class: card.output.classes[k] ?? `class ${k}`,
    value: scores[k],
    probability: Number.isFinite(probabilities[k]) ? probabilities[k] : null,
  }))
}

/**
 * What a model sees of an image under a card, and the scores it gives: shown to the user before the card is accepted (R6).
 *
 * errors  those of preprocessing and of running the model
 */
export async function preview(
  parts: { project: Project; pool: ComputePool; models: ModelFolder; signal: AbortSignal },
  request: { modelId: string; volumeId: string; card: ModelCard },
): Promise<Preview> {
  const { project, pool, models, signal } = parts
  const model = project.models.get(request.modelId)
  const { card } = request
  const input = await prepareInput(project, pool, request.volumeId, card, signal)
  const onDisk = await models.materialise(project, model.id)
  const { arrays } = await pool.run(
    {
      kind: 'predict',
      payload: {
        model: {
          path: onDisk.file,
          sha256: model.sha256,
          probability: card.output.task === 'classification' ? 'softmax' : 'sigmoid',
        },
        x: { array: 0, dims: input.dims },
      },
      arrays: [input.data],
      grants: [onDisk.folder],
    },
    { signal, priority: 1 },
  )
  const [scores, probabilities] = arrays
  if (scores === undefined || probabilities === undefined)
    throw new SaliscopeError('internal', 'The prediction task did not answer scores.')
  const count = scores.length / input.dims[0]
  const findings: Finding[] = [...input.findings]
  if (count !== card.output.classes.length) {
    findings.push({
      code: 'experiment.class-count',
      outcome: 'warned',
      message: `The card names ${card.output.classes.length} classes, and the model gives ${count} scores.`,
    })
  }
  return { input, scores: namedScores(card, scores, probabilities, count), findings }
}

import type { Method } from '../../attribution/method.ts'
import { buildGradient } from '../../autodiff/gradient.ts'
import { buildMultipliers } from '../../autodiff/multipliers.ts'
import { buildRelevance } from '../../autodiff/relevance.ts'
import { attentionLayers } from '../../inference/attention-layers.ts'
import { candidateLayers } from '../../inference/layers.ts'
import type { Prepared } from '../../inference/prepare.ts'
import { SCORES } from '../../inference/score-head.ts'
import type { ModelReport } from '../../shared/domain/model.ts'
import { toEnvelope } from '../../shared/errors.ts'
import { type CostModel, NOT_PREDICTED, predict } from './cost.ts'
import { hasAttention, hasRelu } from './structure.ts'

/** Why something cannot be built, or null when it can. */
type Obstacle = string | null

/** Which of the things methods need this model offers. Graphs are built, not run. */
export interface Abilities {
  readonly gradients: Obstacle
  readonly layers: Obstacle
  readonly layerGradients: Obstacle
  readonly relevance: Obstacle
  readonly multipliers: Obstacle
  /** Attention between the patches of an image. */
  readonly tokens: Obstacle
  readonly relu: boolean
  readonly attention: boolean
}

function obstacle(build: () => unknown): Obstacle {
  try {
    build()
    return null
  } catch (error) {
    // Whatever the cause, it is the answer to the question asked: it stands in the report.
    return toEnvelope(error).message
  }
}

export function abilitiesOf(prepared: Prepared): Abilities {
  const { one, input } = prepared
  const ends = { source: input.name, scoreTensor: SCORES }
  const last = candidateLayers(prepared).at(-1)
  const layers =
    last === undefined
      ? 'The model has no tensor with channels and spatial axes, so there is no layer to look at.'
      : null
  return {
    gradients: obstacle(() => buildGradient(one.model, one.shapes, { ...ends, rule: 'plain' })),
    layers,
    layerGradients:
      last === undefined
        ? layers
        : obstacle(() =>
            buildGradient(one.model, one.shapes, { source: last.name, scoreTensor: SCORES, rule: 'plain' }),
          ),
    relevance: obstacle(() =>
      buildRelevance(one.model, one.shapes, { ...ends, composite: 'epsilon-plus', epsilon: 1e-6, gamma: 0.25 }),
    ),
    multipliers: obstacle(() => buildMultipliers(one.model, one.shapes, { ...ends, rule: 'rescale' })),
    tokens: obstacle(() => attentionLayers(prepared)),
    relu: hasRelu(prepared),
    attention: hasAttention(prepared),
  }
}

const MULTIPLIERS = new Set(['deeplift', 'deepshap'])

/** Why a method cannot run on this model; null when it can. */
export function obstacleOf(method: Method<unknown>, can: Abilities): Obstacle {
  if (method.id === 'lrp') return can.relevance
  if (MULTIPLIERS.has(method.id)) return can.multipliers
  if (method.needs.includes('attention')) return can.gradients ?? can.tokens
  // A layer is read together with its gradient, also by methods that use the activation alone.
  const layer = method.needs.includes('activations') ? (can.layers ?? can.layerGradients) : null
  if (layer !== null) return layer
  // Class activation maps need the part behind their layer only; guided Grad-CAM needs the whole as well.
  const isPartial = method.needs.includes('activations') && !method.needs.includes('rules')
  return method.needs.includes('gradients') && !isPartial ? can.gradients : null
}

/** What a reader should know although the method runs. */
function reservation(method: Method<unknown>, can: Abilities): string {
  if (method.id === 'lrp' && can.attention)
    return 'Experimental: the rules for attention have not been confirmed on trained networks.'
  if ((method.id === 'guided-backpropagation' || method.id === 'deconvolution') && !can.relu)
    return 'The network has no ReLU, which is all that this method treats differently: it equals the gradient.'
  return ''
}

/** Which methods run on a model, why the others do not, and what each is expected to cost. */
export function methodList(
  methods: readonly Method<unknown>[],
  can: Abilities,
  cost: CostModel | null,
): ModelReport['methods'] {
  return methods.map((method) => {
    const why = obstacleOf(method, can)
    const { predictedMs, predictedMb } = why === null && cost !== null ? predict(method, cost) : NOT_PREDICTED
    return { id: method.id, available: why === null, reason: why ?? reservation(method, can), predictedMs, predictedMb }
  })
}

/** The list for a model that does not run at all. */
export function nothingRuns(methods: readonly Method<unknown>[], reason: string): ModelReport['methods'] {
  return methods.map(({ id }) => ({ id, available: false, reason, predictedMs: null, predictedMb: null }))
}

import { buildGradient } from '../autodiff/gradient.ts'
import type { LedgerNames } from '../autodiff/ledger.ts'
import { buildMultipliers } from '../autodiff/multipliers.ts'
import { buildRelevance } from '../autodiff/relevance.ts'
import { GraphBuilder } from '../graph/builder.ts'
import type { Capabilities } from '../graph/capabilities.ts'
import type { AtBatch } from './batches.ts'
import type { Built } from './engine.ts'
import type { BackwardRule, LayerTrace, RelevanceOptions } from './model-under-study.ts'
import { MASK, SCORES } from './score-head.ts'
import { float32Of, type RawTensor } from './session.ts'
import { cutTail } from './tail.ts'

/**
 * A kind of run: how its graph is built for `count` scores per item. Roles of the graph: inputs x, mask, seed0 …, outputs
 * scores, result0 …; what else a kind has stands with it.
 */
export interface Pass {
  /** Name by which the memory plan knows it. */
  readonly kind: string
  /** Name of the session; equal names must build equal graphs. */
  readonly name: string
  build(at: AtBatch, count: number, capabilities: Capabilities): Built
}

type Roles = Record<string, string>

const numbered = (stem: string, names: readonly string[]): Roles =>
  Object.fromEntries(names.map((name, i) => [`${stem}${i}`, name]))

/** The image and, in a masked graph, the weights of the positions. */
function ends({ model }: AtBatch): Roles {
  const { inputs } = model.graph
  const isMasked = inputs.some((input) => input.name === MASK)
  return { x: inputs[0].name, ...(isMasked ? { mask: MASK } : {}) }
}

export const forwardPass: Pass = {
  kind: 'scores',
  name: 'scores',
  build: (at) => ({ model: at.model, inputs: ends(at), outputs: { scores: SCORES } }),
}

/** The scores of every position. Further output: map. */
export function mapPass(tensor: string): Pass {
  return {
    kind: 'scores',
    name: 'score map',
    build(at) {
      const builder = new GraphBuilder(at.model)
      // Another name, so that the output is the graph's own whatever stands behind it.
      const map = builder.add('Identity', [tensor])
      const dims = at.shapes.get(tensor)?.dims ?? null
      return { model: builder.finish([{ name: map, type: 'float', dims }]), inputs: ends(at), outputs: { map } }
    },
  }
}

export function gradientPass(rule: BackwardRule): Pass {
  return {
    kind: 'gradient',
    name: `gradient ${rule}`,
    build(at, count, capabilities) {
      const options = { source: at.model.graph.inputs[0].name, scoreTensor: SCORES, rule, count, capabilities }
      const { model, names } = buildGradient(at.model, at.shapes, options)
      return {
        model,
        inputs: { ...ends(at), ...numbered('seed', names.seeds) },
        outputs: { scores: names.scores, ...numbered('result', names.gradients) },
      }
    },
  }
}

/** Activation and gradient at a tensor. Further output: activation. */
export function layerPass(tensor: string): Pass {
  return {
    kind: 'layer',
    name: `layer ${tensor}`,
    build(at, count, capabilities) {
      const options = { source: tensor, scoreTensor: SCORES, rule: 'plain', count, capabilities } as const
      const { model, names } = buildGradient(at.model, at.shapes, options)
      return {
        model,
        inputs: { ...ends(at), ...numbered('seed', names.seeds) },
        outputs: { scores: names.scores, activation: tensor, ...numbered('result', names.gradients) },
      }
    },
  }
}

/** Attention weights and their gradients. Further outputs: weights0 …, gradient0 …, in the order of the tensors. */
export function attentionPass(tensors: readonly string[]): Pass {
  const [first] = tensors
  return {
    kind: 'gradient',
    name: 'attention',
    build(at, _count, capabilities) {
      const options = { source: first, scoreTensor: SCORES, rule: 'plain', watch: tensors, capabilities } as const
      const { model, names } = buildGradient(at.model, at.shapes, options)
      return {
        model,
        inputs: { ...ends(at), seed0: names.seed },
        outputs: { scores: names.scores, ...numbered('weights', tensors), ...numbered('gradient', names.watched) },
      }
    },
  }
}

/** The graph behind a tensor. Further input: layer; x only where a path goes round it. */
export function tailPass(tensor: string): Pass {
  return {
    kind: 'tail',
    name: `tail ${tensor}`,
    build(at) {
      const { model } = cutTail(at.model, at.shapes, tensor, SCORES)
      const has = (name: string): boolean => model.graph.inputs.some((input) => input.name === name)
      const own = Object.fromEntries(Object.entries(ends(at)).filter(([, name]) => has(name)))
      return { model, inputs: { layer: tensor, ...own }, outputs: { scores: SCORES } }
    },
  }
}

/** Ledgers as outputs: bias0 … and, for one score, arriving, leaving, kept with their rows. */
function booked(ledgers: readonly LedgerNames[]): Roles {
  const roles: Roles = {}
  ledgers.forEach(({ bias }, i) => {
    if (bias !== null) roles[`bias${i}`] = bias
  })
  const [{ arriving, leaving, kept }] = ledgers
  if (arriving !== null && leaving !== null && kept !== null) Object.assign(roles, { arriving, leaving, kept })
  return roles
}

export function relevancePass({ composite, epsilon, gamma, trace = false }: RelevanceOptions): Pass {
  return {
    kind: 'relevance',
    name: `relevance ${JSON.stringify([composite, epsilon, gamma, trace])}`,
    build(at, count, capabilities) {
      const source = at.model.graph.inputs[0].name
      const options = { source, scoreTensor: SCORES, composite, epsilon, gamma, count, trace, capabilities }
      const { model, names } = buildRelevance(at.model, at.shapes, options)
      const bounds: Roles = names.low === null || names.high === null ? {} : { low: names.low, high: names.high }
      return {
        model,
        inputs: { ...ends(at), ...bounds, ...numbered('seed', names.seeds) },
        outputs: { scores: names.scores, ...numbered('result', names.relevances), ...booked(names.ledgers) },
        rows: names.ledgers[0].rows,
      }
    },
  }
}

/** Further input: reference; further output: referenceScores. */
export function multiplierPass(rule: 'rescale' | 'reveal-cancel', trace: boolean): Pass {
  return {
    kind: 'multipliers',
    name: `multipliers ${rule}${trace ? ' traced' : ''}`,
    build(at, count, capabilities) {
      const source = at.model.graph.inputs[0].name
      const options = { source, scoreTensor: SCORES, rule, count, trace, capabilities }
      const { model, names } = buildMultipliers(at.model, at.shapes, options)
      const { scores, referenceScores } = names
      return {
        model,
        inputs: { ...ends(at), reference: names.reference, ...numbered('seed', names.seeds) },
        outputs: { scores, referenceScores, ...numbered('result', names.multipliers), ...booked(names.ledgers) },
        rows: names.ledgers[0].rows,
      }
    },
  }
}

/** Sums of a traced run, added behind those of earlier items. */
export function addTrace(
  trace: LayerTrace[],
  rows: Built['rows'],
  values: Readonly<Record<string, RawTensor>>,
  items: number,
): void {
  if (rows === undefined || rows.length === 0) return
  if (trace.length === 0) for (const row of rows) trace.push({ ...row, arriving: [], leaving: [], bias: [] })
  const columns = { arriving: 'arriving', leaving: 'leaving', bias: 'kept' } as const
  for (const [column, role] of Object.entries(columns) as ['arriving' | 'leaving' | 'bias', string][]) {
    const found = role in values ? float32Of(values[role]) : null
    for (let i = 0; i < items; i++) {
      for (const [r, row] of trace.entries())
        (row[column] as (number | null)[]).push(found === null ? null : found[i * rows.length + r])
    }
  }
}

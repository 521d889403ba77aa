import { methods } from '../attribution/registry.ts'
import type { OnnxModel } from '../graph/model.ts'
import { readModel } from '../graph/read.ts'
import { candidateLayers } from '../inference/layers.ts'
import { inputChannelAxis } from '../inference/layout.ts'
import { activationBytes } from '../inference/memory-plan.ts'
import { type OpenedModel, type OpenOptions, openModel } from '../inference/open-model.ts'
import type { Prepared } from '../inference/prepare.ts'
import type { ModelDetails, ModelReport } from '../shared/domain/model.ts'
import { SaliscopeError } from '../shared/errors.ts'
import type { Run } from '../shared/run.ts'
import { type CostModel, rowsOf } from './inspection/cost.ts'
import { type FileFacts, fileFacts } from './inspection/file-facts.ts'
import { type Abilities, abilitiesOf, methodList, nothingRuns, obstacleOf } from './inspection/method-list.ts'
import { operatorList, withoutRule } from './inspection/operator-list.ts'
import { timeOwnWork } from './inspection/own-work.ts'
import { rewritingChange } from './inspection/rewriting-check.ts'
import { structureOf } from './inspection/structure.ts'
import { attentionObstacle, type Trial, tryModel } from './inspection/trial.ts'

const DETERMINISM =
  'On the CPU, two runs with the same number of threads agree bit for bit. Other providers promise nothing; they are compared with the CPU on first use.'
/** Rounding of float32 along a deep network; a rewriting that is wrong changes scores by far more. */
const SCORE_CHANGE = 1e-3

export interface InspectOptions extends OpenOptions {
  /** Milliseconds that comparing the gradient with differences of the score may take; longer ones are left out. Default 10 000. */
  readonly selfCheckMs?: number
}

/** Everything known about a file before it is run. */
function fromFile(file: OnnxModel, facts: FileFacts) {
  const values = (list: OnnxModel['graph']['inputs']) =>
    list.map(({ name, type, dims }) => ({ name, type, dims: [...(dims ?? [])] }))
  return {
    sha256: facts.sha256,
    bytes: facts.bytes,
    producer: `${file.producer} ${file.producerVersion}`.trim(),
    irVersion: file.irVersion,
    opsets: { ...file.opsets },
    inputs: values(file.graph.inputs),
    outputs: values(file.graph.outputs),
  }
}

function detailsOf(facts: FileFacts, threads: number, provider: string): ModelDetails {
  const { parameterCount, initializerBytes, externalData } = facts
  return {
    parameterCount,
    initializerBytes,
    externalData: [...externalData],
    itemDims: null,
    statedBatch: null,
    structure: [],
    withoutRule: [],
    scoreChange: null,
    gradientMs: null,
    activationBytes: null,
    chunk: null,
    selfCheck: null,
    provider,
    providerCheck: null,
    threads,
    determinism: DETERMINISM,
  }
}

const LAYOUTS = { 1: { 3: 'NCHW', 4: 'NCDHW' }, 3: { 3: 'NHWC' }, 4: { 4: 'NDHWC' } } as const

/** The order of the input's axes as its first convolution or norm proves it; null when nothing does. */
function layoutOf({ one, input }: Prepared): ModelReport['layout'] {
  const axis = inputChannelAxis(one.model.graph, one.shapes, input.name)
  if (axis === null) return null
  const byRank: Readonly<Record<number, Exclude<ModelReport['layout'], null>>> =
    LAYOUTS[axis as keyof typeof LAYOUTS] ?? {}
  return byRank[input.itemDims.length] ?? null
}

function camLayersOf(prepared: Prepared): ModelReport['camLayers'] {
  const layers = candidateLayers(prepared)
  return layers.map(({ name, dims }, i) => ({ name, dims: [...dims], isDefault: i === layers.length - 1 }))
}

/** A file that was read but does not run as it should: the reason stands with every method. */
function unrunnable(file: OnnxModel, facts: FileFacts, details: ModelDetails, reason: string): ModelReport {
  return {
    ...fromFile(file, facts),
    repairs: [...file.repairs],
    operators: operatorList(file.graph, null),
    head: 'none',
    scoreCount: null,
    layout: null,
    camLayers: [],
    methods: nothingRuns(methods, reason),
    warnings: [reason],
    forwardMs: null,
    details,
  }
}

async function costOf(
  opened: OpenedModel,
  facts: FileFacts,
  trial: Trial,
  can: Abilities,
  run: Run,
): Promise<CostModel | null> {
  if (trial.rates === null) return null
  const { prepared, plan } = opened.engine
  const { one } = prepared
  const constants = one.model.graph.initializers
  const itemDims = prepared.input.itemDims
  const layerChannels = candidateLayers(prepared).at(-1)?.dims[0] ?? 0
  const runnable = methods.filter((method) => obstacleOf(method, can) === null)
  const rows = (method: (typeof methods)[number]) => rowsOf(method, { itemDims, layerChannels })
  return {
    rates: trial.rates,
    own: await timeOwnWork(runnable, opened.under(run.signal), trial.layer, rows, run),
    layerChannels,
    activationBytes: activationBytes(one.shapes, (name) => constants.has(name)) / one.batch,
    weightBytes: facts.initializerBytes,
    itemDims,
    chunk: (variant) => plan.chunk(variant),
    lanes: (variant) => opened.engine.lanes(variant),
  }
}

/** How far the rewritten graph's scores are from the file's own, with a sentence where that matters. */
async function compareRewriting(path: string, file: OnnxModel, opened: OpenedModel) {
  try {
    const change = await rewritingChange(path, file, opened)
    const shown = change === null ? '' : `${(change * 100).toPrecision(2)} %`
    const large = change !== null && change > SCORE_CHANGE
    const warning = large
      ? [`Rewriting to float32 and operator set 18 changed a score by ${shown} of the largest.`]
      : []
    return { change, warning }
  } catch (error) {
    if (!(error instanceof SaliscopeError) || !/^inference\.(run|load)$/.test(error.code)) throw error
    return { change: null, warning: [`The file as it is could not be run for comparison. ${error.message}`] }
  }
}

async function reportOf(
  path: string,
  file: OnnxModel,
  facts: FileFacts,
  opened: OpenedModel,
  options: InspectOptions,
  run: Run,
): Promise<ModelReport> {
  const { prepared, settings, plan } = opened.engine
  const built = abilitiesOf(prepared)
  const trial = await tryModel(opened, built, options.selfCheckMs ?? 10_000, run)
  const isRead = trial.rates !== null && built.tokens === null && built.gradients === null
  const abilities = isRead ? { ...built, tokens: await attentionObstacle(opened, run) } : built
  const { change, warning } = await compareRewriting(path, file, opened)
  const cost = await costOf(opened, facts, trial, abilities, run)
  const details: ModelDetails = {
    ...detailsOf(facts, settings.threads, settings.provider),
    providerCheck: await opened.engine.providerCheck(),
    itemDims: [...prepared.input.itemDims],
    statedBatch: prepared.statedBatch,
    structure: structureOf(prepared),
    withoutRule: withoutRule(prepared),
    scoreChange: change,
    gradientMs: trial.rates?.gradient ?? null,
    activationBytes: cost?.activationBytes ?? null,
    chunk: { forward: plan.chunk('scores'), gradient: plan.chunk('gradient') },
    selfCheck: trial.selfCheck,
  }
  return {
    ...fromFile(file, facts),
    repairs: [...prepared.one.model.repairs],
    operators: operatorList(file.graph, prepared),
    head: prepared.head,
    scoreCount: prepared.scoreCount,
    layout: layoutOf(prepared),
    camLayers: camLayersOf(prepared),
    methods: methodList(methods, abilities, cost),
    warnings: [...new Set([...opened.engine.warnings, ...trial.warnings, ...warning])],
    forwardMs: trial.rates?.forward ?? null,
    details,
  }
}

/**
 * The pre-flight report of a model file: what it is, what it is made of, which methods it allows and what they cost.
 *
 * path     of an .onnx file; external data lies beside it
 * options  as for openModel; `itemDims` fixes sizes the file leaves open
 * returns  a report also for a file that can be read and not run: the reason then stands with every method
 * errors   graph.* of reading: no ONNX model, damaged, a custom operator, missing weights; cancelled, inference.memory
 */
export async function inspect(path: string, options: InspectOptions, run: Run): Promise<ModelReport> {
  run.progress(0, 4, 'reading the file')
  const file = readModel(path)
  const facts = await fileFacts(path, file, run.signal)
  run.progress(1, 4, 'preparing the graph')
  let opened: OpenedModel
  try {
    opened = await openModel(file, { ...options, signal: run.signal })
  } catch (error) {
    if (!(error instanceof SaliscopeError) || !/^(graph|inference)\./.test(error.code)) throw error
    const details = detailsOf(facts, options.threads ?? 0, options.provider ?? 'cpu')
    return unrunnable(file, facts, details, error.message)
  }
  try {
    return await reportOf(path, file, facts, opened, options, run)
  } finally {
    await opened.close()
  }
}

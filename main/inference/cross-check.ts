import { type Capabilities, EVERYTHING } from '../graph/capabilities.ts'
import type { ProviderCheck } from '../shared/domain/provider-check.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { sizeOf } from '../tensor/tensor.ts'
import { type AtBatch, plausibleInput } from './batches.ts'
import type { Built } from './engine.ts'
import { modelBytesFor } from './model-bytes.ts'
import { type NodePlacement, ProfileFolder } from './node-placement.ts'
import { forwardPass, gradientPass } from './passes.ts'
import type { Prepared } from './prepare.ts'
import { float32Of, type RawTensor, Session, type SessionSettings } from './session.ts'

/** Rounding of float32 through a deep network moves scores by some 10⁻⁵ of the largest; a wrong kernel by far more. */
export const SCORE_TOLERANCE = 1e-3
/** Where a ReLU sits on its kink, rounding flips it: of a whole gradient that moves some thousandths. */
export const GRADIENT_TOLERANCE = 0.02

interface Compared {
  readonly values: Readonly<Record<string, RawTensor>>
  /** null with a reason where the nodes could not be counted. */
  readonly placement: NodePlacement | null
  readonly reason: string
}

/** What is compared: the graph that computes scores and gradient, or where none can be built, the one of the scores. */
interface Subject {
  readonly build: (capabilities: Capabilities) => Built
  readonly hasGradient: boolean
  readonly reason: string
}

/** How graphs are written for a provider. */
export interface ProviderForm {
  readonly capabilities: Capabilities
  readonly arrange: (built: Built) => Built
}

/** Alternating weights, different for every score: one gradient that all scores take part in. */
const weightsOf = (dims: readonly number[]): Float32Array =>
  Float32Array.from({ length: sizeOf(dims) }, (_, i) => Math.cos(1 + i * 2.399))

/**
 * Compares a provider with the CPU on one model: the scores of a made-up image, and the gradient of a weighted sum of them.
 * Counts the nodes that the runtime left to the CPU.
 *
 * check    scores within 10⁻³ of the largest, gradient within 2 % in the Euclidean norm
 * errors   inference.provider: it differs, or cannot run the graph; inference.memory; those of building the scores
 */
export async function crossCheck(
  prepared: Prepared,
  settings: SessionSettings,
  form: ProviderForm,
): Promise<ProviderCheck> {
  const at = await prepared.at('logit', prepared.statedBatch ?? 1)
  const { subject, expected, found } = await compared(at, prepared, settings, form)
  const scoreDifference = largest(found.values.scores, expected.values.scores)
  const gradientDifference = subject.hasGradient ? euclidean(found.values.result0, expected.values.result0) : null
  const check: ProviderCheck = {
    provider: settings.provider,
    scoreDifference,
    scoreTolerance: SCORE_TOLERANCE,
    gradientDifference,
    gradientTolerance: GRADIENT_TOLERANCE,
    gradientReason: subject.reason,
    nodes: found.placement?.nodes ?? null,
    fallbackNodes: found.placement === null ? null : Object.values(found.placement.onCpu).reduce((a, b) => a + b, 0),
    fallbackOperators: { ...found.placement?.onCpu },
    fallbackReason: found.reason,
  }
  refuseDifference(check)
  return check
}

function refuseDifference(check: ProviderCheck): void {
  const { provider, scoreDifference, gradientDifference } = check
  const refuse = (what: string, difference: number, tolerance: number): never => {
    throw new SaliscopeError(
      'inference.provider',
      `On this model the provider ${provider} gives ${what} that differ from the CPU's by ${difference.toExponential(1)} of their size (at most ${tolerance} is allowed). Nothing was computed with it; choose the provider cpu.`,
      { provider, difference, tolerance },
    )
  }
  if (!(scoreDifference <= SCORE_TOLERANCE)) refuse('scores', scoreDifference, SCORE_TOLERANCE)
  if (gradientDifference !== null && !(gradientDifference <= GRADIENT_TOLERANCE))
    refuse('gradients', gradientDifference, GRADIENT_TOLERANCE)
}

/** Runs the subject on both; where its memory does not suffice for the gradient, the scores alone. */
async function compared(at: AtBatch, prepared: Prepared, settings: SessionSettings, form: ProviderForm) {
  const dims = [at.batch, ...prepared.input.itemDims]
  const feeds = { x: rawFloats(dims, plausibleInput(dims, 0.4)), seed0: seedsOf([at.batch, prepared.scoreCount]) }
  const plain = { ...settings, provider: 'cpu', optimisation: 'basic' } as const
  const both = async (subject: Subject) => ({
    subject,
    expected: await runOnce(subject.build(EVERYTHING), feeds, plain, false),
    found: await runOnce(form.arrange(subject.build(form.capabilities)), feeds, settings, true),
  })
  const subject = subjectOf(at)
  try {
    return await both(subject)
  } catch (error) {
    if (!subject.hasGradient || !(error instanceof SaliscopeError) || error.code !== 'inference.memory') throw error
    return await both(scoresOf(at, error.message))
  }
}

function subjectOf(at: AtBatch): Subject {
  const build = (capabilities: Capabilities): Built => gradientPass('plain').build(at, 1, capabilities)
  try {
    build(EVERYTHING)
    return { build, hasGradient: true, reason: '' }
  } catch (error) {
    if (!(error instanceof SaliscopeError) || !error.code.startsWith('autodiff.')) throw error
    return scoresOf(at, error.message)
  }
}

function scoresOf(at: AtBatch, reason: string): Subject {
  return { build: (capabilities) => forwardPass.build(at, 1, capabilities), hasGradient: false, reason }
}

const rawFloats = (dims: readonly number[], data: Float32Array): RawTensor => ({ type: 'float', dims, data })
const seedsOf = (dims: readonly number[]): RawTensor => rawFloats(dims, weightsOf(dims))

async function runOnce(
  built: Built,
  feeds: Readonly<Record<string, RawTensor>>,
  settings: SessionSettings,
  counted: boolean,
): Promise<Compared> {
  const folder = counted ? new ProfileFolder() : null
  const source = modelBytesFor(built.model)
  try {
    const session = await Session.load(source.model, settings, folder?.prefix ?? null)
    try {
      const named = Object.entries(feeds).filter(([role]) => role in built.inputs)
      const values = await session.run(
        Object.fromEntries(named.map(([role, value]) => [built.inputs[role], value])),
        Object.values(built.outputs),
      )
      const roles = Object.entries(built.outputs).map(([role, name]) => [role, values[name]] as const)
      return { values: Object.fromEntries(roles), ...placementIn(session, folder) }
    } finally {
      await session.close()
    }
  } finally {
    source.release()
    folder?.remove()
  }
}

function placementIn(session: Session, folder: ProfileFolder | null): Pick<Compared, 'placement' | 'reason'> {
  if (folder === null) return { placement: null, reason: 'They were not asked for.' }
  try {
    session.endProfile()
    return { placement: folder.read(), reason: '' }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { placement: null, reason: `The runtime's profile could not be read: ${why}.` }
  }
}

/** Largest |a − b| over the largest |b|; infinite where a is not finite. */
function largest(found: RawTensor, expected: RawTensor): number {
  const [a, b] = [float32Of(found), float32Of(expected)]
  let [off, size] = [0, 0]
  for (let i = 0; i < b.length; i++) {
    if (!Number.isFinite(a[i])) return Number.POSITIVE_INFINITY
    off = Math.max(off, Math.abs(a[i] - b[i]))
    size = Math.max(size, Math.abs(b[i]))
  }
  return off === 0 ? 0 : off / size
}

/** ‖a − b‖ ÷ ‖b‖ in double precision; infinite where a is not finite. */
function euclidean(found: RawTensor, expected: RawTensor): number {
  const [a, b] = [float32Of(found), float32Of(expected)]
  let [off, size] = [0, 0]
  for (let i = 0; i < b.length; i++) {
    off += (a[i] - b[i]) ** 2
    size += b[i] ** 2
  }
  if (!Number.isFinite(off)) return Number.POSITIVE_INFINITY
  return off === 0 ? 0 : Math.sqrt(off / size)
}

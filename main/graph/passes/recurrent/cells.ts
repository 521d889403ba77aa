import { int } from '../../attributes.ts'
import type { Emit } from '../../rewrite.ts'
import type { Activate } from './activations.ts'

/** What one step hands to the next, [N, hidden] each; null stands for zeros. */
export interface State {
  readonly hidden: string | null
  /** Cell state of an LSTM. */
  readonly cell: string | null
}

/** Weights of one direction, as tensors. */
export interface Weights {
  /** Rᵀ [hidden, gates·hidden] */
  readonly recurrent: string
  /** Gates of the GRU's hidden product apart: [hidden, 2·hidden] and [hidden, hidden]. */
  readonly gates: string
  readonly candidate: string
  /** Bias within the reset product of a GRU with linear_before_reset, [hidden]; null where there is none. */
  readonly candidateBias: string | null
  /** Peepholes of the input, output and forget gate, [hidden] each; null where there are none. */
  readonly peepholes: readonly string[] | null
}

/** How a layer's steps are computed. `projected` is X·Wᵀ and all biases that stand outside, [N, gates·hidden]. */
export type Step = (emit: Emit, projected: string, state: State) => State

export interface CellOptions {
  readonly weights: Weights
  readonly activate: readonly Activate[]
  /** Bound on what enters an activation; 0: none. */
  readonly clip: number
}

const product = (emit: Emit, a: string, b: string): string => emit.add('Mul', [a, b])[0]
const sum = (emit: Emit, a: string, b: string): string => emit.add('Add', [a, b])[0]

function parts(emit: Emit, x: string, count: number): readonly string[] {
  return emit.add('Split', [x], { axis: int(-1), num_outputs: int(count) }, count)
}

/** The activation of x, clipped to ±clip before. */
function activated(emit: Emit, f: Activate, x: string, clip: number): string {
  if (clip === 0) return f(emit, x)
  const bounds = [-clip, clip].map((bound) => emit.constant('float', [], [bound]))
  return f(emit, emit.add('Clip', [x, ...bounds])[0])
}

function added(emit: Emit, projected: string, hidden: string | null, weights: string): string {
  return hidden === null ? projected : sum(emit, projected, emit.add('MatMul', [hidden, weights])[0])
}

/** H = f(X·Wᵀ + H·Rᵀ + b). source  ONNX operator set, RNN 7, 14 */
export function rnnStep({ weights, activate: [f], clip }: CellOptions): Step {
  return (emit, projected, { hidden }) => ({
    hidden: activated(emit, f, added(emit, projected, hidden, weights.recurrent), clip),
    cell: null,
  })
}

/**
 * i, o, f gates and candidate c: C = f·C + i·c, H = o·h(C). Peepholes see the old cell, that of o the new one; with
 * `coupled` f = 1 − i.
 *
 * source  ONNX operator set, LSTM 7, 14
 */
export function lstmStep({ weights, activate: [f, g, h], clip }: CellOptions, coupled: boolean): Step {
  return (emit, projected, { hidden, cell }) => {
    const [i, o, forget, c] = parts(emit, added(emit, projected, hidden, weights.recurrent), 4)
    const peep = (x: string, at: number, seen: string | null): string =>
      weights.peepholes === null || seen === null ? x : sum(emit, x, product(emit, seen, weights.peepholes[at]))
    const input = activated(emit, f, peep(i, 0, cell), clip)
    const written = product(emit, input, activated(emit, g, c, clip))
    const kept = (old: string): string => {
      const gate = coupled
        ? emit.add('Sub', [emit.constant('float', [], [1]), input])[0]
        : activated(emit, f, peep(forget, 2, old), clip)
      return product(emit, gate, old)
    }
    const next = cell === null ? written : sum(emit, kept(cell), written)
    const output = activated(emit, f, peep(o, 1, next), clip)
    return { hidden: product(emit, output, h(emit, next)), cell: next }
  }
}

/**
 * z, r gates and candidate h: H = (1 − z)·h + z·H, h = g(X·Wᵀ + (r·H)·Rᵀ + b), or with `linearBeforeReset`
 * h = g(X·Wᵀ + b + r·(H·Rᵀ + b′)).
 *
 * source  ONNX operator set, GRU 7, 14
 */
export function gruStep({ weights, activate: [f, g], clip }: CellOptions, linearBeforeReset: boolean): Step {
  return (emit, projected, { hidden }) => {
    const one = emit.constant('float', [], [1])
    const width = 3
    const [z, r, own] = parts(emit, projected, width)
    const [zh, rh] =
      hidden === null ? [null, null] : parts(emit, emit.add('MatMul', [hidden, weights.gates])[0], width - 1)
    const update = activated(emit, f, zh === null ? z : sum(emit, z, zh), clip)
    const reset = (): string => activated(emit, f, rh === null ? r : sum(emit, r, rh), clip)
    const linear = (): string | null => {
      const past = hidden === null ? null : emit.add('MatMul', [hidden, weights.candidate])[0]
      const whole = past !== null && weights.candidateBias !== null ? sum(emit, past, weights.candidateBias) : past
      const inner = whole ?? weights.candidateBias
      return inner === null ? null : product(emit, reset(), inner)
    }
    const past = (): string | null =>
      hidden === null ? null : emit.add('MatMul', [product(emit, reset(), hidden), weights.candidate])[0]
    const recalled = linearBeforeReset ? linear() : past()
    const candidate = activated(emit, g, recalled === null ? own : sum(emit, own, recalled), clip)
    const fresh = product(emit, emit.add('Sub', [one, update])[0], candidate)
    return { hidden: hidden === null ? fresh : sum(emit, fresh, product(emit, update, hidden)), cell: null }
  }
}

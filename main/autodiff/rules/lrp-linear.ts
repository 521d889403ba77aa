import { range } from '../dims.ts'
import type { Emit } from '../emit.ts'
import type { LinearRule } from './composites.ts'
import { shareOf, stabiliser } from './stabilise.ts'

/** A linear node as the rules see it: its map with any parameters, its input and its own parameters. */
export interface LinearNode {
  readonly emit: Emit
  readonly x: string
  readonly weights: string
  readonly bias: string | null
  /** Whether x is known to have no negative values, which halves the work of most rules. */
  readonly nonNegative: boolean
  apply(x: string, weights: string, bias: string | null): string
  transpose(s: string, weights: string): string
  /** The bias in a shape that broadcasts over the node's output. */
  lift(bias: string): string
  /** Told the relevance that the bias keeps, b ⊙ s; null: nobody asks. */
  readonly keep: ((share: string) => void) | null
}

/** Parameters of the rules; low and high have the shape of x. */
export interface LinearParameters {
  readonly epsilon: number
  readonly gamma: number
  readonly low: string | null
  readonly high: string | null
}

/** One term of a rule: sign · f_W(v, b). */
interface Piece {
  readonly sign: 1 | -1
  readonly v: string
  readonly weights: string
  readonly bias: string | null
}

/**
 * Relevance of a linear node's input, one skeleton for all rules:
 *
 *   z = Σ sign·f_W(v, b) ;  s = R/stab(z) ;  R_in = Σ sign·v ⊙ Wᵀ(s)
 *
 *   epsilon        (x, W, b)
 *   zplus          (x⁺, W⁺, b⁺) (x⁻, W⁻, 0)
 *   alpha2-beta1   2·zplus − the same of (x⁺, W⁻, b⁻) (x⁻, W⁺, 0)
 *   gamma          where f_W(x,b) > 0: (x⁺, W+γW⁺, b+γb⁺) (x⁻, W+γW⁻, 0); where < 0 the two change places
 *   flat           (1, 1, 0)
 *   box            (x, W, b) − (low, W⁺, b⁺) − (high, W⁻, b⁻)
 *
 * R  shape of the node's output; result has the shape of x; the bias keeps its share
 * check   against a dense matrix in lrp-linear.test.ts
 * source  Bach et al. 2015; Montavon et al. 2017, arXiv:1512.02479; zennit 0.5 rules of the same names
 */
export function relevanceOfInput(rule: LinearRule, n: LinearNode, relevance: string, p: LinearParameters): string {
  switch (rule) {
    case 'epsilon':
      return shares(n, [{ sign: 1, v: n.x, weights: n.weights, bias: n.bias }], relevance, p.epsilon)
    case 'zplus':
      return shares(n, positivePart(n), relevance, stabiliser)
    case 'alpha2-beta1': {
      const good = shares(n, positivePart(n), relevance, stabiliser, 2)
      const bad = shares(n, negativePart(n), relevance, stabiliser, -1)
      return n.emit.sub(n.emit.mul(good, 2), bad)
    }
    case 'gamma':
      return gamma(n, relevance, p.gamma)
    case 'flat':
      return flat(n, relevance)
    case 'box':
      return box(n, relevance, p)
  }
}

/** `factor` is what the caller multiplies the result by, so that the bias's share is booked at the same scale. */
function shares(n: LinearNode, pieces: readonly Piece[], relevance: string, epsilon: number, factor = 1): string {
  const { emit } = n
  const signed = (sign: 1 | -1, a: string): string => (sign === 1 ? a : emit.unary('Neg', a))
  const z = emit.sum(pieces.map((q) => signed(q.sign, n.apply(q.v, q.weights, q.bias))))
  const s = shareOf(emit, relevance, z, epsilon)
  if (n.keep !== null) for (const q of pieces) if (q.bias !== null) n.keep(biasShare(n, s, q.bias, factor * q.sign))
  return emit.sum(pieces.map((q) => signed(q.sign, emit.mul(q.v, n.transpose(s, q.weights)))))
}

/** factor · b ⊙ s, with s summed over the axes along which the bias is one number. */
function biasShare(n: LinearNode, s: string, bias: string, factor: number): string {
  const { emit } = n
  const lifted = n.lift(bias)
  const rank = emit.dims(s).length
  const dims = emit.dims(lifted)
  const stretched = (axis: number): boolean => (dims[axis - (rank - dims.length)] ?? 1) === 1
  const axes = range(1, rank).filter(stretched)
  return emit.mul(emit.mul(emit.reduce('ReduceSum', s, axes), lifted), factor)
}

const plus = (emit: Emit, a: string): string => emit.unary('Relu', a)
const minus = (emit: Emit, a: string): string => emit.min(a, 0)
const biasPlus = (n: LinearNode): string | null => (n.bias === null ? null : plus(n.emit, n.bias))
const biasMinus = (n: LinearNode): string | null => (n.bias === null ? null : minus(n.emit, n.bias))

function positivePart(n: LinearNode): Piece[] {
  const { emit } = n
  const main: Piece = {
    sign: 1,
    v: n.nonNegative ? n.x : plus(emit, n.x),
    weights: plus(emit, n.weights),
    bias: biasPlus(n),
  }
  if (n.nonNegative) return [main]
  return [main, { sign: 1, v: minus(emit, n.x), weights: minus(emit, n.weights), bias: null }]
}

function negativePart(n: LinearNode): Piece[] {
  const { emit } = n
  const main: Piece = {
    sign: 1,
    v: n.nonNegative ? n.x : plus(emit, n.x),
    weights: minus(emit, n.weights),
    bias: biasMinus(n),
  }
  if (n.nonNegative) return [main]
  return [main, { sign: 1, v: minus(emit, n.x), weights: plus(emit, n.weights), bias: null }]
}

function gamma(n: LinearNode, relevance: string, factor: number): string {
  const { emit } = n
  const more = (a: string, part: (e: Emit, v: string) => string): string => emit.add(a, emit.mul(part(emit, a), factor))
  const up = more(n.weights, plus)
  const down = more(n.weights, minus)
  const biasUp = n.bias === null ? null : more(n.bias, plus)
  const biasDown = n.bias === null ? null : more(n.bias, minus)
  const positive = n.nonNegative ? n.x : plus(emit, n.x)
  const z = n.apply(n.x, n.weights, n.bias)
  const side = (condition: string, w: string, b: string | null, other: string): string => {
    const pieces: Piece[] = [{ sign: 1, v: positive, weights: w, bias: b }]
    if (!n.nonNegative) pieces.push({ sign: 1, v: minus(emit, n.x), weights: other, bias: null })
    return shares(n, pieces, emit.mul(relevance, emit.indicator(condition)), stabiliser)
  }
  return emit.add(side(emit.greater(z, 0), up, biasUp, down), side(emit.less(z, 0), down, biasDown, up))
}

function flat(n: LinearNode, relevance: string): string {
  const { emit } = n
  const ones = (like: string): string => {
    const dims = emit.dims(like)
    return emit.expand(
      emit.reshape(
        emit.float(1),
        dims.map(() => 1),
      ),
      dims,
    )
  }
  return shares(n, [{ sign: 1, v: ones(n.x), weights: ones(n.weights), bias: null }], relevance, stabiliser)
}

function box(n: LinearNode, relevance: string, p: LinearParameters): string {
  const { emit } = n
  if (p.low === null || p.high === null) throw new RangeError('The box rule was given no bounds.')
  const pieces: Piece[] = [
    { sign: 1, v: n.x, weights: n.weights, bias: n.bias },
    { sign: -1, v: p.low, weights: plus(emit, n.weights), bias: biasPlus(n) },
    { sign: -1, v: p.high, weights: minus(emit, n.weights), bias: biasMinus(n) },
  ]
  return shares(n, pieces, relevance, stabiliser)
}

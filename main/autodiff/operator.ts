import type { Node } from '../graph/model.ts'
import type { NodeContext } from './context.ts'
import type { Emit } from './emit.ts'
import type { NormForm } from './normalise.ts'

/**
 * What kind of map an operator is; rules choose by it.
 *
 * linear        weighted sum with constant weights (Conv, Gemm, MatMul with a constant)
 * affine        one factor and one offset per channel (BatchNormalization)
 * element-wise  a function of one number, applied to each (Relu, Erf); has a slope
 * sum           Add, Sub, Sum, Mean of tensors
 * product       Mul, Div, Pow, MatMul or Einsum of computed tensors
 * extremum      Max, Min and their reductions; MaxPool
 * average       parameter-free linear maps that add up (AveragePool, ReduceMean, ReduceSum)
 * norm          divides by a statistic of its input
 * softmax       Softmax, LogSoftmax
 * reduction     non-linear reductions (ReduceL2, ReduceLogSumExp)
 * shape         moves or repeats numbers without changing them
 * zero          piecewise constant or integer-valued: nothing flows back
 */
export type OperatorRole =
  | 'linear'
  | 'affine'
  | 'element-wise'
  | 'sum'
  | 'product'
  | 'extremum'
  | 'average'
  | 'norm'
  | 'softmax'
  | 'reduction'
  | 'shape'
  | 'zero'

/** Gradient per input, in the order of the inputs; null where the operator has none for that input. */
export type Gradients = readonly (string | null)[]

/** A rule that carries what arrives at a node's outputs back to its inputs. */
export type BackwardRule = (context: NodeContext) => Gradients

/** The linear map of a node with other parameters: all that a relevance rule needs to serve every linear operator. */
export interface LinearMap {
  /** Index of the computed input and of the weights. */
  readonly x: number
  readonly weights: string
  readonly bias: string | null
  /** f_W(x, b): the node's map; both tensors as the node takes them. */
  apply(x: string, weights: string, bias: string | null): string
  /** Wᵀ(s): the vector–Jacobian product of x ↦ W ∗ x. */
  transpose(s: string, weights: string): string
}

/** One operator of ONNX, or of another domain. */
export interface Operator {
  readonly opType: string
  /** '' is ai.onnx. */
  readonly domain: string
  readonly role: OperatorRole
  /** Inputs that carry a gradient to be expected; the others are parameters, indices or conditions. */
  readonly vjp: BackwardRule
  /** φ′ at the node, same shape as the output; for element-wise operators. */
  readonly slope?: (context: NodeContext) => string
  /** φ itself at other points than the node's input; for element-wise operators. */
  readonly reapply?: (context: NodeContext, x: string) => string
  /** For operators that are linear in one input when the others are constants; null when they are not at this node. */
  readonly linear?: (context: NodeContext) => LinearMap | null
  /** For operators of role 'norm' that are a normalisation over axes. */
  readonly form?: (context: NodeContext) => NormForm
}

/** Builds φ′(x) from the node's input and output. */
export type Slope = (emit: Emit, x: string, y: string, node: Node, context: NodeContext) => string

/** An element-wise operator of one input: y = φ(x), so x receives g·φ′. */
export function elementWise(opType: string, slope: Slope, domain = ''): Operator {
  const at = (c: NodeContext): string => slope(c.emit, c.input(0), c.output(0), c.node, c)
  return {
    opType,
    domain,
    role: 'element-wise',
    vjp: (c) => [c.emit.mul(c.g(), at(c))],
    slope: at,
    reapply: (c, x) => c.emit.node(opType, [x, ...c.node.inputs.slice(1)], c.emit.dims(x), c.node.attributes),
  }
}

/** An operator through which nothing flows back: counts, comparisons, rounding, shapes. */
export function zero(opType: string, domain = ''): Operator {
  return { opType, domain, role: 'zero', vjp: (c) => c.node.inputs.map(() => null) }
}

/** An operator that moves numbers: relevance and multipliers travel as gradients do. */
export function shape(opType: string, vjp: BackwardRule, domain = ''): Operator {
  return { opType, domain, role: 'shape', vjp }
}

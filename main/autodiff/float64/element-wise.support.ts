import { floatAttribute, intAttribute, stringAttribute } from '../../graph/attributes.ts'
import type { Node } from '../../graph/model.ts'
import { broadcastDims } from '../dims.ts'
import { type Array64, broadcastAt, made } from './array64.support.ts'

/** erf by its Taylor series (small x) or continued fraction; good to 1e-14. */
export function erf(x: number): number {
  const a = Math.abs(x)
  if (a < 2.5) {
    let term = a
    let sum = a
    for (let n = 1; n < 200; n++) {
      term *= (-a * a) / n
      sum += term / (2 * n + 1)
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI)
  }
  let fraction = a
  for (let k = 120; k > 0; k--) fraction = a + k / 2 / fraction
  return Math.sign(x) * (1 - Math.exp(-a * a) / (fraction * Math.sqrt(Math.PI)))
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const softplus = (x: number): number => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0)
type Scalar = (x: number, n: Node) => number

function gelu(x: number, n: Node): number {
  if (stringAttribute(n, 'approximate', 'none') === 'none') return 0.5 * x * (1 + erf(x / Math.SQRT2))
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
}

/** φ of every element-wise operator of one input, from its definition. */
export const scalars: Readonly<Record<string, Scalar>> = {
  Relu: (x) => Math.max(x, 0),
  LeakyRelu: (x, n) => (x >= 0 ? x : x * floatAttribute(n, 'alpha', 0.01)),
  ThresholdedRelu: (x, n) => (x > floatAttribute(n, 'alpha', 1) ? x : 0),
  Elu: (x, n) => (x > 0 ? x : floatAttribute(n, 'alpha', 1) * Math.expm1(x)),
  Selu: (x, n) =>
    floatAttribute(n, 'gamma', 1.0507009873554805) *
    (x > 0 ? x : floatAttribute(n, 'alpha', 1.6732632423543772) * Math.expm1(x)),
  Celu: (x, n) => {
    const alpha = floatAttribute(n, 'alpha', 1)
    return Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha))
  },
  Sigmoid: sigmoid,
  Tanh: Math.tanh,
  Softplus: softplus,
  Softsign: (x) => x / (1 + Math.abs(x)),
  HardSigmoid: (x, n) => Math.max(0, Math.min(1, floatAttribute(n, 'alpha', 0.2) * x + floatAttribute(n, 'beta', 0.5))),
  HardSwish: (x) => x * Math.max(0, Math.min(1, x / 6 + 0.5)),
  Mish: (x) => x * Math.tanh(softplus(x)),
  Swish: (x, n) => x * sigmoid(floatAttribute(n, 'alpha', 1) * x),
  Gelu: gelu,
  Exp: Math.exp,
  Log: Math.log,
  Sqrt: Math.sqrt,
  Reciprocal: (x) => 1 / x,
  Abs: Math.abs,
  Neg: (x) => -x,
  Erf: erf,
  Sin: Math.sin,
  Cos: Math.cos,
  Tan: Math.tan,
  Asin: Math.asin,
  Acos: Math.acos,
  Atan: Math.atan,
  Sinh: Math.sinh,
  Cosh: Math.cosh,
  Asinh: Math.asinh,
  Acosh: Math.acosh,
  Atanh: Math.atanh,
  Shrink: (x, n) => {
    const lambd = floatAttribute(n, 'lambd', 0.5)
    const bias = floatAttribute(n, 'bias', 0)
    return x < -lambd ? x + bias : x > lambd ? x - bias : 0
  },
  Identity: (x) => x,
  Dropout: (x) => x,
  Cast: (x) => x,
}

type Many = (values: readonly number[], n: Node) => number

/** Operators of several operands under broadcasting. */
export const broadcasting: Readonly<Record<string, Many>> = {
  Add: ([a, b]) => a + b,
  Sub: ([a, b]) => a - b,
  Mul: ([a, b]) => a * b,
  Div: ([a, b]) => a / b,
  Pow: ([a, b]) => a ** b,
  PRelu: ([x, s]) => (x >= 0 ? x : s * x),
  Sum: (v) => v.reduce((a, b) => a + b, 0),
  Mean: (v) => v.reduce((a, b) => a + b, 0) / v.length,
  Max: (v) => Math.max(...v),
  Min: (v) => Math.min(...v),
  Where: ([c, a, b]) => (c ? a : b),
  Mod: ([a, b], n) => (intAttribute(n, 'fmod', 0) === 1 ? a % b : a - b * Math.floor(a / b)),
}

export function broadcastEvaluate(node: Node, inputs: readonly Array64[], f: Many): Array64 {
  const dims = inputs.reduce<readonly number[]>((d, x) => broadcastDims(d, x.dims), [])
  return made(dims, (index) =>
    f(
      inputs.map((x) => x.data[broadcastAt(x, index)]),
      node,
    ),
  )
}

export function clip(node: Node, inputs: readonly (Array64 | null)[]): Array64 {
  const x = inputs[0]!
  const low = inputs[1]?.data[0] ?? floatAttribute(node, 'min', -Infinity)
  const high = inputs[2]?.data[0] ?? floatAttribute(node, 'max', Infinity)
  return made(x.dims, (_, i) => Math.min(Math.max(x.data[i], low), high))
}

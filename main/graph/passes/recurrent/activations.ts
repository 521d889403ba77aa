import { float, floatsAttribute, stringsAttribute } from '../../attributes.ts'
import type { Node } from '../../model.ts'
import type { Emit } from '../../rewrite.ts'

/** An activation of a recurrent layer: emits f(x) and returns its name. */
export type Activate = (emit: Emit, x: string) => string

/** How many of activation_alpha and activation_beta each function takes, and what stands in where they are not given. */
interface Kind {
  readonly alpha?: number
  readonly beta?: number
  readonly emit: (emit: Emit, x: string, alpha: number, beta: number) => string
}

const scaled = (emit: Emit, x: string, factor: number): string =>
  factor === 1 ? x : emit.add('Mul', [x, emit.constant('float', [], [factor])])[0]

const plain = (opType: string): Kind => ({ emit: (emit, x) => emit.add(opType, [x])[0] })
const withAlpha = (opType: string, alpha: number): Kind => ({
  alpha,
  emit: (emit, x, a) => emit.add(opType, [x], { alpha: float(a) })[0],
})

/** By name in lower case, as ONNX Runtime reads them. source  ONNX operator set, RNN 14 */
const kinds: Readonly<Record<string, Kind>> = {
  relu: plain('Relu'),
  tanh: plain('Tanh'),
  sigmoid: plain('Sigmoid'),
  softsign: plain('Softsign'),
  softplus: plain('Softplus'),
  leakyrelu: withAlpha('LeakyRelu', 0.01),
  thresholdedrelu: withAlpha('ThresholdedRelu', 1),
  elu: withAlpha('Elu', 1),
  hardsigmoid: {
    alpha: 0.2,
    beta: 0.5,
    emit: (emit, x, a, b) => emit.add('HardSigmoid', [x], { alpha: float(a), beta: float(b) })[0],
  },
  affine: {
    alpha: 1,
    beta: 0,
    emit: (emit, x, a, b) => emit.add('Add', [scaled(emit, x, a), emit.constant('float', [], [b])])[0],
  },
  scaledtanh: {
    alpha: 1,
    beta: 1,
    emit: (emit, x, a, b) => scaled(emit, emit.add('Tanh', [scaled(emit, x, b)])[0], a),
  },
}

/**
 * The activations of a recurrent node, one list per direction; null where one is not known. Numbers in activation_alpha and
 * activation_beta are handed out in the order of the functions, to those that take one.
 */
export function activationsOf(node: Node, directions: number, usual: readonly string[]): Activate[][] | null {
  const repeated = Array.from({ length: directions }, () => usual).flat()
  const names = stringsAttribute(node, 'activations', repeated)
  if (names.length !== repeated.length) return null
  const alphas = [...floatsAttribute(node, 'activation_alpha', [])]
  const betas = [...floatsAttribute(node, 'activation_beta', [])]
  const all: Activate[] = []
  for (const name of names) {
    const kind = Object.hasOwn(kinds, name.toLowerCase()) ? kinds[name.toLowerCase()] : null
    if (kind === null) return null
    const alpha = kind.alpha === undefined ? 0 : (alphas.shift() ?? kind.alpha)
    const beta = kind.beta === undefined ? 0 : (betas.shift() ?? kind.beta)
    all.push((emit, x) => kind.emit(emit, x, alpha, beta))
  }
  return Array.from({ length: directions }, (_, d) => all.slice(d * usual.length, (d + 1) * usual.length))
}

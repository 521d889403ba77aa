import { float, int, string } from '../../graph/attributes.ts'
import type { FloatInput, OperatorCase, Values } from '../adjoint.support.ts'

const x = (values: Values, dims: readonly number[] = [2, 3, 4]): FloatInput => ({ dims, values })
const one = (opType: string, values: Values, attributes: OperatorCase['attributes'] = {}, note = ''): OperatorCase => ({
  opType,
  note,
  attributes,
  inputs: [x(values)],
})

const plain: readonly [string, Values][] = [
  ['Relu', 'clear'],
  ['LeakyRelu', 'clear'],
  ['ThresholdedRelu', 'clear'],
  ['Elu', 'clear'],
  ['Selu', 'clear'],
  ['Celu', 'clear'],
  ['Sigmoid', 'normal'],
  ['Tanh', 'normal'],
  ['Softplus', 'normal'],
  ['Softsign', 'clear'],
  ['HardSigmoid', 'clear'],
  ['HardSwish', 'clear'],
  ['Mish', 'normal'],
  ['Exp', 'normal'],
  ['Log', 'positive'],
  ['Sqrt', 'positive'],
  ['Reciprocal', 'positive'],
  ['Abs', 'clear'],
  ['Neg', 'normal'],
  ['Erf', 'normal'],
  ['Sin', 'normal'],
  ['Cos', 'normal'],
  ['Tan', 'unit'],
  ['Asin', 'unit'],
  ['Acos', 'unit'],
  ['Atan', 'normal'],
  ['Sinh', 'normal'],
  ['Cosh', 'normal'],
  ['Asinh', 'normal'],
  ['Acosh', 'above-one'],
  ['Atanh', 'unit'],
  ['Shrink', 'clear'],
  ['Identity', 'normal'],
  ['Dropout', 'normal'],
]

export const elementWiseCases: readonly OperatorCase[] = [
  ...plain.map(([opType, values]) => one(opType, values)),
  one('LeakyRelu', 'clear', { alpha: float(0.3) }, 'alpha 0.3'),
  one('LeakyRelu', 'clear', { alpha: float(-0.3) }, 'negative alpha'),
  one('ThresholdedRelu', 'clear', { alpha: float(0.5) }, 'alpha ½'),
  one('Elu', 'clear', { alpha: float(2) }, 'alpha 2'),
  one('Selu', 'clear', { alpha: float(1.2), gamma: float(0.7) }, 'own alpha and gamma'),
  one('Celu', 'clear', { alpha: float(0.6) }, 'alpha 0.6'),
  one('HardSigmoid', 'clear', { alpha: float(1 / 6), beta: float(0.5) }, 'as torch exports it'),
  one('Shrink', 'clear', { lambd: float(1), bias: float(0.3) }, 'with bias'),
  one('Cast', 'normal', { to: int(1) }, 'float to float'),
  { opType: 'Gelu', note: 'exact', inputs: [x('normal')], opset: 20 },
  { opType: 'Gelu', note: 'tanh', attributes: { approximate: string('tanh') }, inputs: [x('normal')], opset: 20 },
  { opType: 'Swish', note: '', inputs: [x('normal')], opset: 24 },
  { opType: 'Swish', note: 'alpha 1.7', attributes: { alpha: float(1.7) }, inputs: [x('normal')], opset: 24 },
  ...['both', 'low', 'high', 'none'].map((which): OperatorCase => {
    const bound = (value: number) => ({ dims: [], type: 'float' as const, numbers: [value] })
    const low = which === 'both' || which === 'low' ? bound(-1) : null
    const high = which === 'both' || which === 'high' ? bound(1) : null
    return { opType: 'Clip', note: `bounds: ${which}`, inputs: [x('clear'), low, high] }
  }),
  { opType: 'PRelu', note: 'one slope', inputs: [x('clear'), x('normal', [1])] },
  { opType: 'PRelu', note: 'per channel', inputs: [x('clear', [2, 3, 2, 2]), x('normal', [3, 1, 1])] },
]

const pair = (opType: string, a: FloatInput, b: FloatInput, note = ''): OperatorCase => ({
  opType,
  note,
  inputs: [a, b],
})
const shapes: readonly (readonly [readonly number[], readonly number[]])[] = [
  [
    [2, 3, 4],
    [2, 3, 4],
  ],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [[4], [2, 3, 4]],
  [
    [2, 1, 4],
    [1, 3, 1],
  ],
  [[2, 3], []],
]

export const arithmeticCases: readonly OperatorCase[] = [
  ...['Add', 'Sub', 'Mul'].flatMap((opType) =>
    shapes.map(([a, b]) => pair(opType, x('normal', a), x('normal', b), `[${a}] and [${b}]`)),
  ),
  ...shapes.map(([a, b]) => pair('Div', x('normal', a), x('positive', b), `[${a}] and [${b}]`)),
  ...shapes.map(([a, b]) => pair('Pow', x('positive', a), x('unit', b), `[${a}] and [${b}]`)),
  ...[2, 1, 3, 0.5, -1].map(
    (p): OperatorCase => ({
      opType: 'Pow',
      note: `constant exponent ${p}`,
      inputs: [x(p === 0.5 ? 'positive' : 'clear'), { dims: [], type: 'float', numbers: [p] }],
    }),
  ),
  { opType: 'Pow', note: 'integer exponent', inputs: [x('clear'), { dims: [1], type: 'int64', numbers: [2] }] },
  {
    opType: 'Mod',
    note: 'fmod',
    attributes: { fmod: int(1) },
    inputs: [x('clear', [2, 3]), { dims: [], type: 'float', numbers: [7.3] }],
  },
  ...['Sum', 'Mean'].map(
    (opType): OperatorCase => ({
      opType,
      note: 'three operands, broadcast',
      inputs: [x('normal'), x('normal', [4]), x('normal', [2, 1, 1])],
    }),
  ),
  ...['Max', 'Min'].flatMap((opType): OperatorCase[] => [
    { opType, note: 'two', inputs: [x('normal'), x('normal')] },
    { opType, note: 'three, broadcast', inputs: [x('normal'), x('normal', [4]), x('normal', [3, 1])] },
    { opType, note: 'one', inputs: [x('normal')] },
  ]),
  {
    opType: 'Where',
    note: 'broadcast both ways',
    inputs: [{ dims: [3, 1], type: 'bool', numbers: [1, 0, 1] }, x('normal'), x('normal', [4])],
  },
]

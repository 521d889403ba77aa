import { float, int, ints } from '../../graph/attributes.ts'
import type { FixedInput, FloatInput, OperatorCase, Values } from '../adjoint.support.ts'

const x = (dims: readonly number[], values: Values = 'normal'): FloatInput => ({ dims, values })
const fixed = (dims: readonly number[], values: Values = 'normal'): FloatInput => ({ dims, values, constant: true })
const axes = (values: readonly number[]): FixedInput => ({ dims: [values.length], type: 'int64', numbers: values })

const reductions: readonly [string, Values][] = [
  ['ReduceMean', 'normal'],
  ['ReduceSum', 'normal'],
  ['ReduceSumSquare', 'normal'],
  ['ReduceL1', 'clear'],
  ['ReduceL2', 'normal'],
  ['ReduceLogSum', 'positive'],
  ['ReduceLogSumExp', 'normal'],
  ['ReduceProd', 'clear'],
  ['ReduceMax', 'spread'],
  ['ReduceMin', 'spread'],
]

function reductionGrid(opType: string, values: Values): OperatorCase[] {
  const old = opType !== 'ReduceSum'
  return [
    { opType, note: 'one axis', inputs: [x([2, 3, 4], values), axes([1])] },
    {
      opType,
      note: 'negative axes, dropped',
      attributes: { keepdims: int(0) },
      inputs: [x([2, 3, 4], values), axes([-1, 0])],
    },
    { opType, note: 'all axes', attributes: { keepdims: int(0) }, inputs: [x([2, 3], values)] },
    { opType, note: 'all axes kept', inputs: [x([2, 3], values)] },
    {
      opType,
      note: 'no axes, no reduction',
      attributes: { noop_with_empty_axes: int(1) },
      inputs: [x([2, 3], values)],
    },
    ...(old
      ? [
          {
            opType,
            note: 'axes as attribute',
            opset: 17,
            attributes: { axes: ints([0, 2]) },
            inputs: [x([2, 3, 4], values)],
          },
        ]
      : []),
  ]
}

export const statisticsCases: readonly OperatorCase[] = [
  ...reductions.flatMap(([opType, values]) => reductionGrid(opType, values)),
  ...[
    [2, 3, 5],
    [2, 3, 4, 5],
    [1, 2, 3, 4, 2],
  ].flatMap((dims): OperatorCase[] => [
    { opType: 'GlobalAveragePool', note: `[${dims}]`, inputs: [x(dims)] },
    { opType: 'GlobalMaxPool', note: `[${dims}]`, inputs: [x(dims, 'spread')] },
    { opType: 'GlobalLpPool', note: `[${dims}]`, attributes: { p: int(3) }, inputs: [x(dims, 'clear')] },
    { opType: 'InstanceNormalization', note: `[${dims}]`, inputs: [x(dims), fixed([dims[1]]), fixed([dims[1]])] },
    {
      opType: 'BatchNormalization',
      note: `[${dims}]`,
      attributes: { epsilon: float(1e-3) },
      inputs: [x(dims), fixed([dims[1]]), fixed([dims[1]]), fixed([dims[1]]), fixed([dims[1]], 'positive')],
    },
  ]),
  ...[-1, 1, 0, 2].flatMap((axis): OperatorCase[] => [
    { opType: 'Softmax', note: `axis ${axis}`, attributes: { axis: int(axis) }, inputs: [x([2, 3, 4])] },
    { opType: 'LogSoftmax', note: `axis ${axis}`, attributes: { axis: int(axis) }, inputs: [x([2, 3, 4])] },
    {
      opType: 'LpNormalization',
      note: `axis ${axis}`,
      attributes: { axis: int(axis), p: int(2) },
      inputs: [x([2, 3, 4])],
    },
    {
      opType: 'LpNormalization',
      note: `axis ${axis}, p 1`,
      attributes: { axis: int(axis), p: int(1) },
      inputs: [x([2, 3, 4], 'clear')],
    },
  ]),
  ...(
    [
      [-1, [6]],
      [2, [5, 6]],
      [1, [3, 5, 6]],
    ] as const
  ).flatMap(([axis, dims]): OperatorCase[] => [
    {
      opType: 'LayerNormalization',
      note: `axis ${axis}`,
      attributes: { axis: int(axis) },
      inputs: [x([2, 3, 5, 6]), fixed(dims), fixed(dims)],
    },
    {
      opType: 'RMSNormalization',
      note: `axis ${axis}`,
      opset: 23,
      attributes: { axis: int(axis) },
      inputs: [x([2, 3, 5, 6]), fixed(dims)],
    },
  ]),
  { opType: 'LayerNormalization', note: 'without offset', inputs: [x([2, 6]), fixed([6])] },
  {
    opType: 'GroupNormalization',
    note: 'per group',
    opset: 18,
    attributes: { num_groups: int(2) },
    inputs: [x([2, 6, 3, 4]), fixed([2]), fixed([2])],
  },
  {
    opType: 'GroupNormalization',
    note: 'per channel',
    opset: 21,
    attributes: { num_groups: int(3) },
    inputs: [x([2, 6, 3, 4]), fixed([6]), fixed([6])],
  },
  { opType: 'MeanVarianceNormalization', note: 'default axes', inputs: [x([2, 3, 4, 5])] },
  {
    opType: 'MeanVarianceNormalization',
    note: 'space only',
    attributes: { axes: ints([2, 3]) },
    inputs: [x([2, 3, 4, 5])],
  },
  // Even sizes are allowed by ONNX and refused by ONNX Runtime's CPU kernel, so no graph with one can be run.
  ...[1, 3, 5, 7].map(
    (size): OperatorCase => ({
      opType: 'LRN',
      note: `size ${size}`,
      attributes: { size: int(size), alpha: float(0.3), beta: float(0.8), bias: float(1.5) },
      inputs: [x([2, 6, 3, 4])],
    }),
  ),
]

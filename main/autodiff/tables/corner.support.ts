import { float, int, ints, string } from '../../graph/attributes.ts'
import type { Attribute } from '../../graph/model.ts'
import type { FixedInput, FloatInput, OperatorCase, Values } from '../adjoint.support.ts'

/** Forms that exporters and hand-written files rarely use and that the operators' definitions allow. */

const x = (dims: readonly number[], values: Values = 'normal'): FloatInput => ({ dims, values })
const fixed = (dims: readonly number[], values: Values = 'normal'): FloatInput => ({ dims, values, constant: true })
const integers = (numbers: readonly number[], dims: readonly number[] = [numbers.length]): FixedInput => ({
  dims,
  type: 'int64',
  numbers,
})
const of = (
  opType: string,
  note: string,
  inputs: OperatorCase['inputs'],
  attributes: Readonly<Record<string, Attribute>> = {},
  more: Partial<OperatorCase> = {},
): OperatorCase => ({ opType, note, inputs, attributes, ...more })

const shapes: readonly OperatorCase[] = [
  of('Reshape', 'zero keeps a size', [x([2, 3, 4]), integers([0, -1])]),
  of('Reshape', 'to a scalar', [x([1, 1]), integers([], [0])]),
  of('Reshape', 'allowzero', [x([2, 3]), integers([3, 2])], { allowzero: int(1) }),
  of('Flatten', 'negative axis', [x([2, 3, 4])], { axis: int(-1) }),
  of('Flatten', 'axis of the rank', [x([2, 3])], { axis: int(2) }),
  of('Squeeze', 'axes as attribute', [x([1, 3, 1])], { axes: ints([0, 2]) }, { opset: 12 }),
  of('Unsqueeze', 'axes as attribute', [x([3])], { axes: ints([0, 2]) }, { opset: 12 }),
  of('Expand', 'to a smaller shape', [x([2, 3, 4]), integers([3, 1])]),
  of('Tile', 'three axes', [x([1, 2, 3]), integers([2, 1, 3])]),
  of('Concat', 'one part twice', [x([2, 3]), x([2, 3])], { axis: int(0) }),
  of('Concat', 'single', [x([2, 3])], { axis: int(-1) }),
  of('Split', 'sizes as attribute', [x([2, 6])], { axis: int(1), split: ints([2, 4]) }, { opset: 12, outputs: 2 }),
  of('Split', 'uneven last part', [x([7, 2])], { num_outputs: int(3) }, { outputs: 3 }),
  of('Transpose', 'three axes', [x([2, 3, 4])], { perm: ints([1, 2, 0]) }),
  of('Gather', 'matrix of indices on the last axis', [x([2, 5]), integers([0, 4, 4, 1], [2, 2])], { axis: int(-1) }),
  of('GatherElements', 'axis 0, negative', [x([3, 2]), integers([-1, 0], [1, 2])], { axis: int(0) }),
  of('GatherElements', 'last axis', [x([2, 2, 3]), integers([2, 0, 1, 1], [2, 2, 1])], { axis: int(-1) }),
  of('GatherND', 'two batch axes', [x([2, 2, 3]), integers([2, 0, 1, 1], [2, 2, 1])], { batch_dims: int(2) }),
  of('ScatterND', 'repeated places add up', [x([4, 2]), integers([1, 1, 3], [3, 1]), x([3, 2])], {
    reduction: string('add'),
  }),
  of('ScatterND', 'full tuples', [x([3, 4]), integers([0, 1, 2, 3], [2, 2]), x([2])]),
  of('ScatterElements', 'axis 0, repeated places add up', [x([3, 2]), integers([1, 1, 1, 0], [2, 2]), x([2, 2])], {
    axis: int(0),
    reduction: string('add'),
  }),
  of('SpaceToDepth', 'blocks of three', [x([1, 2, 6, 3])], { blocksize: int(3) }),
  of('DepthToSpace', 'blocks of three', [x([1, 18, 2, 1])], { blocksize: int(3), mode: string('CRD') }),
  of('Trilu', 'upper, shifted', [x([3, 4]), integers([2], [])]),
  of('Trilu', 'lower', [x([2, 3, 3])], { upper: int(0) }),
  of('CumSum', 'negative axis', [x([2, 3, 4]), integers([-2], [])]),
  of('ReverseSequence', 'time first', [x([4, 2, 3]), integers([3, 4])], { batch_axis: int(1), time_axis: int(0) }),
  of('Where', 'scalar condition', [{ dims: [], type: 'bool', numbers: [0] }, x([2, 3]), x([3])]),
  of('Dropout', 'with mask', [x([2, 3])], {}, { outputs: 1 }),
]

const einsums: readonly (readonly [string, readonly (readonly number[])[]])[] = [
  [
    '...ij,...jk->...ik',
    [
      [2, 3, 2, 4],
      [2, 3, 4, 5],
    ],
  ],
  [
    'ij,jk',
    [
      [2, 3],
      [3, 4],
    ],
  ],
  [
    'bhwc,hkc->bhwk',
    [
      [2, 3, 2, 4],
      [3, 5, 4],
    ],
  ],
  [
    'ij,kj->',
    [
      [2, 3],
      [4, 3],
    ],
  ],
  ['ijk->k', [[2, 3, 4]]],
  ['b...->...', [[2, 3, 4]]],
]

const products: readonly OperatorCase[] = [
  ...einsums.map(([equation, dims]) =>
    of(
      'Einsum',
      `${equation} of ${JSON.stringify(dims)}`,
      dims.map((d) => x(d)),
      { equation: string(equation) },
    ),
  ),
  of('Gemm', 'no factor for C', [x([2, 3]), x([3, 4]), x([2, 1])], { beta: float(0.5) }),
  of('MatMul', 'one row', [x([1, 4]), x([4, 1])]),
  of('MatMul', 'both broadcast', [x([2, 1, 2, 3]), x([1, 3, 3, 2])]),
  of('Conv', 'kernel as large as the image', [x([1, 2, 5, 4]), fixed([3, 2, 5, 4])]),
  of('Conv', 'different strides and dilations', [x([1, 2, 9, 11]), fixed([2, 2, 3, 2])], {
    strides: ints([2, 3]),
    dilations: ints([1, 4]),
    pads: ints([1, 2, 0, 3]),
  }),
  of('Conv', 'no attributes', [x([2, 3, 6, 5]), fixed([2, 3, 2, 3])]),
  of('Conv', '3-D depthwise with a multiplier', [x([1, 2, 4, 5, 4]), fixed([6, 1, 2, 3, 2])], { group: int(2) }),
  of('ConvTranspose', 'asymmetric pads', [x([1, 2, 4, 5]), fixed([2, 3, 3, 4])], {
    strides: ints([2, 1]),
    pads: ints([1, 0, 0, 2]),
  }),
  of('ConvTranspose', 'groups in 3-D, strides differ', [x([1, 4, 2, 3, 2]), fixed([4, 2, 2, 3, 1])], {
    group: int(2),
    strides: ints([2, 1, 3]),
  }),
  of('ConvTranspose', 'depthwise', [x([1, 3, 4, 4]), fixed([3, 1, 4, 4])], {
    group: int(3),
    strides: ints([2, 2]),
    pads: ints([1, 1, 1, 1]),
  }),
]

const pools: readonly OperatorCase[] = [
  ...['AveragePool', 'MaxPool'].flatMap((opType): OperatorCase[] => {
    const values: Values = opType === 'MaxPool' ? 'spread' : 'normal'
    const kernel = (...k: number[]) => ({ kernel_shape: ints(k) })
    return [
      of(opType, 'one column', [x([1, 2, 6, 1], values)], { ...kernel(2, 1), strides: ints([2, 1]) }),
      of(opType, 'pads larger on one side', [x([1, 2, 5, 6], values)], {
        ...kernel(3, 4),
        strides: ints([2, 3]),
        pads: ints([0, 3, 2, 1]),
      }),
      of(opType, 'whole image', [x([2, 2, 4, 3], values)], kernel(4, 3)),
      of(opType, 'SAME_LOWER, stride 3', [x([1, 1, 7, 8], values)], {
        ...kernel(3, 3),
        strides: ints([3, 3]),
        auto_pad: string('SAME_LOWER'),
      }),
      of(opType, 'VALID', [x([1, 1, 7, 8], values)], { ...kernel(3, 2), auto_pad: string('VALID') }),
      of(opType, '3-D ceil', [x([1, 2, 5, 4, 6], values)], {
        ...kernel(2, 3, 2),
        strides: ints([2, 2, 2]),
        ceil_mode: int(1),
      }),
      of(opType, '1-D ceil, padded', [x([1, 2, 8], values)], {
        ...kernel(3),
        strides: ints([2]),
        pads: ints([1, 1]),
        ceil_mode: int(1),
      }),
    ]
  }),
  of('MaxPool', 'column-major indices asked for', [x([1, 1, 4, 4], 'spread')], {
    kernel_shape: ints([2, 2]),
    storage_order: int(1),
  }),
  of(
    'AveragePool',
    'ceil and counted pads',
    [x([1, 1, 6, 7])],
    {
      kernel_shape: ints([3, 3]),
      strides: ints([2, 2]),
      pads: ints([1, 1, 1, 1]),
      ceil_mode: int(1),
      count_include_pad: int(1),
    },
    { opset: 19 },
  ),
  of('LpPool', 'p 1', [x([1, 2, 5, 5], 'clear')], { kernel_shape: ints([2, 2]), p: int(1) }),
  of('LpPool', 'p 4, 3-D', [x([1, 1, 4, 4, 3], 'clear')], { kernel_shape: ints([2, 2, 2]), p: int(4) }),
  of('GlobalLpPool', 'p 1', [x([1, 2, 3, 3], 'clear')], { p: int(1) }),
  of(
    'MaxUnpool',
    'given output shape',
    [x([1, 1, 2, 2]), integers([1, 6, 12, 11], [1, 1, 2, 2]), integers([1, 1, 5, 5])],
    {
      kernel_shape: ints([2, 2]),
      strides: ints([2, 2]),
    },
  ),
]

const statistics: readonly OperatorCase[] = [
  of('BatchNormalization', 'without space', [x([3, 4]), fixed([4]), fixed([4]), fixed([4]), fixed([4], 'positive')]),
  of(
    'BatchNormalization',
    'opset 9',
    [x([2, 3, 4, 2]), fixed([3]), fixed([3]), fixed([3]), fixed([3], 'positive')],
    {},
    { opset: 9 },
  ),
  of('LayerNormalization', 'axis 0, large epsilon', [x([3, 4]), fixed([3, 4]), fixed([3, 4])], {
    axis: int(0),
    epsilon: float(0.1),
  }),
  of('GroupNormalization', 'one group', [x([2, 4, 3]), fixed([4]), fixed([4])], { num_groups: int(1) }, { opset: 21 }),
  of('MeanVarianceNormalization', 'one axis', [x([3, 5, 2, 2])], { axes: ints([1]) }),
  of('Softmax', 'one class', [x([2, 1])], { axis: int(1) }),
  of('Softmax', '4-D over channels', [x([1, 4, 3, 2])], { axis: int(1) }),
  of('LogSoftmax', '4-D over channels', [x([1, 4, 3, 2])], { axis: int(-3) }),
  ...['ReduceMean', 'ReduceL2', 'ReduceMax', 'ReduceProd', 'ReduceLogSumExp'].map((opType) =>
    of(
      opType,
      'two axes of five, dropped',
      [x([2, 2, 3, 2, 2], opType === 'ReduceMax' ? 'spread' : 'clear'), integers([2, -1])],
      {
        keepdims: int(0),
      },
    ),
  ),
  of('ReduceSum', 'axes as attribute', [x([2, 3, 4])], { axes: ints([-1]), keepdims: int(0) }, { opset: 11 }),
  of('PRelu', 'one slope per element', [x([2, 3], 'clear'), x([3])]),
  of('Clip', 'bounds as attributes', [x([2, 5], 'clear')], { min: float(-1), max: float(2.5) }, { opset: 10 }),
  of('Pow', 'exponent per element, squares and cubes', [
    x([2, 3], 'clear'),
    { dims: [3], type: 'float', numbers: [2, 3, 1] },
  ]),
  of('Max', 'against a constant', [x([2, 4], 'clear'), { dims: [], type: 'float', numbers: [0] }]),
  of('Min', 'against a constant', [x([2, 4], 'clear'), { dims: [4], type: 'float', numbers: [1, -1, 0, 3] }]),
  of('Div', 'by a constant', [x([2, 3]), { dims: [1], type: 'float', numbers: [-4] }]),
  of('Sub', 'from a constant', [{ dims: [], type: 'float', numbers: [1] }, x([2, 3])]),
]

const resizing: readonly OperatorCase[] = [
  of('Resize', 'to one pixel', [x([1, 1, 4, 5]), null, null, integers([1, 1, 1, 1])], { mode: string('linear') }),
  of('Resize', 'from one pixel', [x([1, 2, 1, 1]), null, null, integers([1, 2, 3, 4])], { mode: string('linear') }),
  of('Resize', 'fractional scales', [x([1, 1, 5, 6]), null, { dims: [4], type: 'float', numbers: [1, 1, 1.7, 0.55] }], {
    mode: string('linear'),
  }),
  of(
    'Resize',
    'nearest, fractional scales',
    [x([1, 1, 5, 6]), null, { dims: [4], type: 'float', numbers: [1, 1, 1.7, 0.55] }],
    {
      mode: string('nearest'),
      coordinate_transformation_mode: string('asymmetric'),
      nearest_mode: string('floor'),
    },
  ),
  of('Resize', 'channels last', [x([1, 3, 4, 2]), null, null, integers([1, 6, 8, 2])], { mode: string('linear') }),
  of('Resize', 'nearest in 3-D by sizes', [x([1, 1, 2, 3, 4]), null, null, integers([1, 1, 4, 3, 6])], {
    mode: string('nearest'),
  }),
]

export const cornerCases: readonly OperatorCase[] = [...shapes, ...products, ...pools, ...statistics, ...resizing]

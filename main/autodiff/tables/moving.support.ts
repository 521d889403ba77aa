import { float, int, ints, string } from '../../graph/attributes.ts'
import type { Attribute } from '../../graph/model.ts'
import type { FixedInput, FloatInput, OperatorCase, Values } from '../adjoint.support.ts'

const x = (dims: readonly number[], values: Values = 'normal'): FloatInput => ({ dims, values })
const integers = (numbers: readonly number[], dims: readonly number[] = [numbers.length]): FixedInput => ({
  dims,
  type: 'int64',
  numbers,
})
type Attributes = Readonly<Record<string, Attribute>>

const slices: readonly [readonly number[], readonly number[], readonly number[] | null, readonly number[] | null][] = [
  [[1], [3], [1], null],
  [[0, 2], [2, 5], null, null],
  [[-3], [-1], [-1], null],
  [[0], [5], [2], [2]],
  [[1], [100], [2], [3]],
  [[-1], [-100], [2], [-1]],
  [[4], [0], [2], [-2]],
  [
    [0, 4],
    [100, -100],
    [0, 2],
    [1, -3],
  ],
]

const sliceCases = slices.map(
  ([starts, ends, axes, steps]): OperatorCase => ({
    opType: 'Slice',
    note: `${starts}:${ends} axes ${axes} steps ${steps}`,
    inputs: [x([3, 4, 5]), integers(starts), integers(ends), axes && integers(axes), steps && integers(steps)],
  }),
)

const padCases: readonly OperatorCase[] = [
  ...['constant', 'reflect', 'edge', 'wrap'].flatMap((mode): OperatorCase[] => {
    const attributes = { mode: string(mode) }
    const opset = mode === 'wrap' ? 19 : 18
    return [
      { opType: 'Pad', note: mode, opset, attributes, inputs: [x([2, 3, 4, 5]), integers([0, 0, 1, 2, 0, 0, 2, 3])] },
      {
        opType: 'Pad',
        note: `${mode} by axes`,
        opset,
        attributes,
        inputs: [x([2, 4, 5]), integers([2, 1, 1, 0]), null, integers([-1, 1])],
      },
    ]
  }),
  { opType: 'Pad', note: 'negative', inputs: [x([2, 4, 5]), integers([0, -1, 2, 0, 1, -2])] },
  {
    opType: 'Pad',
    note: 'value',
    inputs: [x([2, 3]), integers([1, 0, 0, 1]), { dims: [], type: 'float', numbers: [0.7] }],
  },
]

const gathers: readonly [number, readonly number[], readonly number[]][] = [
  [1, [], [0]],
  [1, [1], [-1]],
  [2, [3], [1, 2, 3]],
  [0, [2, 2], [1, 0, 1, 1]],
  [1, [4], [3, 0, -2, 3]],
  [-1, [2], [4, 0]],
]

const shapeCases: readonly OperatorCase[] = [
  { opType: 'Reshape', note: '', inputs: [x([2, 3, 4]), integers([4, -1])] },
  { opType: 'Flatten', note: 'axis 2', attributes: { axis: int(2) }, inputs: [x([2, 3, 4])] },
  { opType: 'Flatten', note: 'axis 0', attributes: { axis: int(0) }, inputs: [x([2, 3, 4])] },
  { opType: 'Squeeze', note: 'all', inputs: [x([2, 1, 3, 1])] },
  { opType: 'Squeeze', note: 'one', inputs: [x([2, 1, 3, 1]), integers([-1])] },
  { opType: 'Unsqueeze', note: '', inputs: [x([2, 3]), integers([0, -1])] },
  { opType: 'Transpose', note: 'default', inputs: [x([2, 3, 4])] },
  { opType: 'Transpose', note: 'perm', attributes: { perm: ints([2, 0, 3, 1]) }, inputs: [x([2, 3, 4, 5])] },
  { opType: 'Expand', note: 'more axes', inputs: [x([3, 1]), integers([2, 3, 4])] },
  { opType: 'Expand', note: 'scalar', inputs: [x([]), integers([2, 3])] },
  { opType: 'Tile', note: '', inputs: [x([2, 3]), integers([3, 2])] },
  { opType: 'Concat', note: 'axis 1', attributes: { axis: int(1) }, inputs: [x([2, 3]), x([2, 1]), x([2, 4])] },
  { opType: 'Concat', note: 'axis −1', attributes: { axis: int(-1) }, inputs: [x([2, 3, 2]), x([2, 3, 5])] },
  {
    opType: 'Split',
    note: 'sizes',
    attributes: { axis: int(1) },
    inputs: [x([2, 6]), integers([1, 3, 2])],
    outputs: 3,
  },
  {
    opType: 'Split',
    note: 'equal parts',
    attributes: { axis: int(-1), num_outputs: int(2) },
    inputs: [x([2, 5])],
    outputs: 2,
  },
]

const rearrangements: readonly OperatorCase[] = [
  ...['DCR', 'CRD'].map(
    (mode): OperatorCase => ({
      opType: 'DepthToSpace',
      note: mode,
      attributes: { blocksize: int(2), mode: string(mode) },
      inputs: [x([2, 8, 3, 2])],
    }),
  ),
  { opType: 'SpaceToDepth', note: '', attributes: { blocksize: int(2) }, inputs: [x([2, 3, 4, 6])] },
  { opType: 'Trilu', note: 'upper', inputs: [x([2, 4, 5])] },
  { opType: 'Trilu', note: 'lower, shifted', attributes: { upper: int(0) }, inputs: [x([4, 5]), integers([-1], [])] },
  ...[0, 1].flatMap((exclusive) =>
    [0, 1].map(
      (reverse): OperatorCase => ({
        opType: 'CumSum',
        note: `exclusive ${exclusive} reverse ${reverse}`,
        attributes: { exclusive: int(exclusive), reverse: int(reverse) },
        inputs: [x([2, 5]), integers([1], [])],
      }),
    ),
  ),
  {
    opType: 'ReverseSequence',
    note: '',
    attributes: { batch_axis: int(0), time_axis: int(1) },
    inputs: [x([3, 5]), integers([5, 2, 3])],
  },
  ...[0, 1].map(
    (largest): OperatorCase => ({
      opType: 'TopK',
      note: `largest ${largest}`,
      attributes: { axis: int(1), largest: int(largest) },
      inputs: [x([2, 6, 2], 'spread'), integers([3])],
      outputs: 2,
      integerOutputs: [1],
    }),
  ),
  {
    opType: 'Compress',
    note: 'axis',
    attributes: { axis: int(1) },
    inputs: [x([2, 4]), { dims: [4], type: 'bool', numbers: [1, 0, 1, 1] }],
  },
  {
    opType: 'Compress',
    note: 'flattened',
    inputs: [x([2, 3]), { dims: [6], type: 'bool', numbers: [0, 1, 1, 0, 0, 1] }],
  },
]

const indexed: readonly OperatorCase[] = [
  ...gathers.map(
    ([axis, dims, numbers]): OperatorCase => ({
      opType: 'Gather',
      note: `axis ${axis} indices ${numbers}`,
      attributes: { axis: int(axis) },
      inputs: [x([3, 4, 5]), integers(numbers, dims)],
    }),
  ),
  {
    opType: 'GatherElements',
    note: 'repeated',
    attributes: { axis: int(1) },
    inputs: [x([2, 4]), integers([0, 0, 3, 2, -1, 1], [2, 3])],
  },
  { opType: 'GatherND', note: 'full tuples', inputs: [x([3, 4]), integers([0, 1, 2, 3, 0, 1], [3, 2])] },
  { opType: 'GatherND', note: 'slices, negative', inputs: [x([3, 4, 2]), integers([-1, 0, -1], [3, 1])] },
  {
    opType: 'GatherND',
    note: 'batch',
    attributes: { batch_dims: int(1) },
    inputs: [x([2, 3, 4]), integers([0, 2, 2, 1], [2, 2, 1])],
  },
  ...['none', 'add'].flatMap((reduction): OperatorCase[] => {
    const attributes: Attributes = { axis: int(1), reduction: string(reduction) }
    return [
      {
        opType: 'ScatterElements',
        note: reduction,
        attributes,
        inputs: [x([2, 4]), integers([0, 2, 3, 1], [2, 2]), x([2, 2])],
      },
      {
        opType: 'ScatterND',
        note: reduction,
        attributes: { reduction: string(reduction) },
        inputs: [x([3, 4]), integers([2, 0], [2, 1]), x([2, 4])],
      },
    ]
  }),
]

interface ResizeRow {
  readonly dims: readonly number[]
  readonly attributes: Attributes
  readonly sizes?: readonly number[]
  readonly scales?: readonly number[]
  readonly roi?: readonly number[]
}

const modes = (mode: string, coordinates: string, more: Attributes = {}): Attributes => ({
  mode: string(mode),
  coordinate_transformation_mode: string(coordinates),
  ...more,
})
const coordinates = ['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric', 'half_pixel_symmetric']
const resizes: readonly ResizeRow[] = [
  ...coordinates.flatMap((c): ResizeRow[] => [
    { dims: [1, 2, 4, 5], attributes: modes('linear', c), sizes: [1, 2, 7, 9] },
    { dims: [1, 2, 5, 6], attributes: modes('linear', c), sizes: [1, 2, 3, 4] },
    { dims: [1, 2, 4, 5], attributes: modes('cubic', c), sizes: [1, 2, 7, 8] },
    { dims: [1, 2, 4, 5], attributes: modes('nearest', c), sizes: [1, 2, 7, 9] },
    { dims: [1, 2, 3, 4], attributes: modes('linear', c), scales: [1, 1, 2, 2] },
  ]),
  ...['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil'].flatMap((r): ResizeRow[] => [
    {
      dims: [1, 2, 3, 4],
      attributes: modes('nearest', 'asymmetric', { nearest_mode: string(r) }),
      scales: [1, 1, 2, 3],
    },
    {
      dims: [1, 2, 3, 4],
      attributes: modes('nearest', 'half_pixel', { nearest_mode: string(r) }),
      scales: [1, 1, 2, 3],
    },
  ]),
  { dims: [1, 2, 3, 3, 4], attributes: modes('linear', 'half_pixel'), sizes: [1, 2, 5, 6, 7] },
  {
    dims: [1, 2, 3, 3, 4],
    attributes: modes('nearest', 'asymmetric', { nearest_mode: string('floor') }),
    scales: [1, 1, 2, 2, 2],
  },
  { dims: [1, 2, 5], attributes: modes('linear', 'half_pixel'), sizes: [1, 2, 8] },
  { dims: [1, 2, 4, 4], attributes: modes('linear', 'half_pixel', { axes: ints([2, 3]) }), sizes: [7, 6] },
  {
    dims: [1, 2, 6, 6],
    attributes: modes('cubic', 'half_pixel', { exclude_outside: int(1), cubic_coeff_a: float(-0.5) }),
    sizes: [1, 2, 4, 9],
  },
  { dims: [1, 2, 8, 9], attributes: modes('linear', 'half_pixel', { antialias: int(1) }), sizes: [1, 2, 3, 4] },
  {
    dims: [1, 2, 8, 9],
    attributes: modes('linear', 'half_pixel', { antialias: int(1), exclude_outside: int(1) }),
    sizes: [1, 2, 3, 4],
  },
  { dims: [1, 2, 8, 9], attributes: modes('cubic', 'half_pixel', { antialias: int(1) }), sizes: [1, 2, 5, 4] },
  {
    dims: [1, 2, 8, 9],
    attributes: modes('cubic', 'half_pixel', {
      antialias: int(1),
      exclude_outside: int(1),
      cubic_coeff_a: float(-0.5),
    }),
    sizes: [1, 2, 5, 4],
  },
  { dims: [1, 2, 4, 5], attributes: modes('linear', 'align_corners', { antialias: int(1) }), sizes: [1, 2, 3, 8] },
  {
    dims: [1, 2, 5, 6],
    attributes: modes('linear', 'tf_crop_and_resize'),
    sizes: [1, 2, 4, 4],
    roi: [0, 0, 0.1, 0.2, 1, 1, 0.8, 0.9],
  },
]

const resizeCases = resizes.map(
  (r): OperatorCase => ({
    opType: 'Resize',
    note: JSON.stringify({
      ...r,
      attributes: Object.values(r.attributes).map((a) => (a.kind === 'tensor' || a.kind === 'graph' ? '' : a.value)),
    }),
    attributes: r.attributes,
    inputs: [
      x(r.dims),
      r.roi ? { dims: [r.roi.length], type: 'float', numbers: r.roi } : null,
      r.scales ? { dims: [r.scales.length], type: 'float', numbers: r.scales } : null,
      ...(r.sizes ? [integers(r.sizes)] : []),
    ],
  }),
)

const gridSampleCases: readonly OperatorCase[] = [
  ...[0, 1].flatMap((aligned) =>
    ['zeros', 'border', 'reflection'].flatMap((padding) =>
      ['bilinear', 'nearest', 'bicubic'].map(
        (mode): OperatorCase => ({
          opType: 'GridSample',
          note: `${mode}, ${padding}, align_corners ${aligned}`,
          attributes: { mode: string(mode), padding_mode: string(padding), align_corners: int(aligned) },
          inputs: [x([2, 3, 4, 5]), x([2, 3, 2, 2])],
        }),
      ),
    ),
  ),
  {
    opType: 'GridSample',
    note: 'volumes',
    opset: 20,
    attributes: { mode: string('linear'), padding_mode: string('border') },
    inputs: [x([1, 2, 3, 4, 5]), x([1, 2, 3, 2, 3])],
  },
]

export const movingCases: readonly OperatorCase[] = [
  ...gridSampleCases,
  { opType: 'CastLike', note: 'float', inputs: [x([2, 3]), { dims: [1], type: 'float', numbers: [1] }] },
  ...shapeCases,
  ...sliceCases,
  ...padCases,
  ...indexed,
  ...rearrangements,
  ...resizeCases,
]

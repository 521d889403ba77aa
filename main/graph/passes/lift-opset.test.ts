import { describe, expect, it } from 'vitest'
import { difference, noise, runModel, type Sketch, sketch } from '../../../test/fixtures/onnx-sketch.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import { float, floats, int, ints, string } from '../attributes.ts'
import { normalise } from '../prepare.ts'
import { fold } from './fold.ts'
import { liftOpset } from './lift-opset.ts'

const image = [2, 3, 4, 5]

/** One operator in its old form, run by ONNX Runtime before and after lifting. */
interface Case {
  readonly opset: number
  readonly node: Sketch['nodes'][number]
  readonly constants?: Sketch['constants']
  readonly dims?: readonly number[]
}

const cases: Readonly<Record<string, Case>> = {
  'Clip 6, both bounds': { opset: 7, node: ['Clip', ['x'], ['y'], { min: float(-0.2), max: float(0.3) }] },
  'Clip 6, one bound': { opset: 10, node: ['Clip', ['x'], ['y'], { max: float(0.1) }] },
  'Pad 2 constant': {
    opset: 8,
    node: ['Pad', ['x'], ['y'], { pads: ints([0, 0, 1, 2, 0, 0, 3, 0]), value: float(1.5) }],
  },
  'Pad 2 reflect': {
    opset: 10,
    node: ['Pad', ['x'], ['y'], { pads: ints([0, 0, 1, 2, 0, 0, 1, 2]), mode: string('reflect') }],
  },
  'Slice 1 with axes': {
    opset: 9,
    node: ['Slice', ['x'], ['y'], { starts: ints([1, -3]), ends: ints([9, -1]), axes: ints([2, 3]) }],
  },
  'Slice 1 without axes': { opset: 7, node: ['Slice', ['x'], ['y'], { starts: ints([0, 1]), ends: ints([1, 3]) }] },
  'Squeeze 11': { opset: 11, node: ['Squeeze', ['x'], ['y'], { axes: ints([-2]) }], dims: [2, 1, 4] },
  'Unsqueeze 1': { opset: 9, node: ['Unsqueeze', ['x'], ['y'], { axes: ints([0, 3]) }] },
  'Split 2 in given parts': { opset: 12, node: ['Split', ['x'], ['y', 'z'], { axis: int(3), split: ints([1, 4]) }] },
  'Split 11 in equal parts': { opset: 11, node: ['Split', ['x'], ['y', 'z'], { axis: int(2) }] },
  'Split 13 in equal parts': { opset: 13, node: ['Split', ['x'], ['y', 'z'], { axis: int(0) }] },
  'Dropout 7': { opset: 7, node: ['Dropout', ['x'], ['y'], { ratio: float(0.3) }] },
  'ReduceSum 11': { opset: 11, node: ['ReduceSum', ['x'], ['y'], { axes: ints([1, -1]), keepdims: int(0) }] },
  'ReduceMean 13': { opset: 17, node: ['ReduceMean', ['x'], ['y'], { axes: ints([2, 3]) }] },
  'ReduceL2 1 over all': { opset: 9, node: ['ReduceL2', ['x'], ['y']] },
  'ReduceLogSumExp 13': { opset: 13, node: ['ReduceLogSumExp', ['x'], ['y'], { axes: ints([1]), keepdims: int(0) }] },
  'Softmax 1 flattens at axis 1': { opset: 11, node: ['Softmax', ['x'], ['y']] },
  'Softmax 11 at axis 2': { opset: 11, node: ['Softmax', ['x'], ['y'], { axis: int(2) }] },
  'Softmax 11 at the last axis': { opset: 12, node: ['Softmax', ['x'], ['y'], { axis: int(-1) }] },
  'LogSoftmax 1 on scores': { opset: 9, node: ['LogSoftmax', ['x'], ['y'], { axis: int(1) }], dims: [2, 7] },
  'Softmax 1 on [N, K, 1, 1]': { opset: 7, node: ['Softmax', ['x'], ['y']], dims: [2, 7, 1, 1] },
  'BatchNormalization 7': {
    opset: 7,
    node: [
      'BatchNormalization',
      ['x', 's', 'b', 'm', 'v'],
      ['y'],
      { epsilon: float(1e-3), spatial: int(1), momentum: float(0.8) },
    ],
    constants: {
      s: ['float', [3], [1, 2, -1]],
      b: ['float', [3], [0, 1, 2]],
      m: ['float', [3], [0.1, 0, -0.1]],
      v: ['float', [3], [1, 0.5, 2]],
    },
  },
  'BatchNormalization 7 by position': {
    opset: 7,
    node: ['BatchNormalization', ['x', 's', 'b', 'm', 'v'], ['y'], { epsilon: float(1e-3), spatial: int(0) }],
    constants: {
      s: ['float', [3, 4, 5], noise([3, 4, 5], 2)],
      b: ['float', [3, 4, 5], noise([3, 4, 5])],
      m: ['float', [3, 4, 5], noise([3, 4, 5], 3)],
      v: ['float', [3, 4, 5], noise([3, 4, 5]).map((n) => 1 + n)],
    },
  },
  'Upsample 7 nearest': { opset: 7, node: ['Upsample', ['x'], ['y'], { scales: floats([1, 1, 2, 3]) }] },
  'Upsample 7 linear': {
    opset: 8,
    node: ['Upsample', ['x'], ['y'], { scales: floats([1, 1, 2, 2]), mode: string('linear') }],
  },
  'Upsample 9 nearest, fraction': {
    opset: 9,
    node: ['Upsample', ['x', 'k'], ['y'], { mode: string('nearest') }],
    constants: { k: ['float', [4], [1, 1, 1.5, 1.4]] },
  },
  'Resize 10 linear': {
    opset: 10,
    node: ['Resize', ['x', 'k'], ['y'], { mode: string('linear') }],
    constants: { k: ['float', [4], [1, 1, 2, 0.6]] },
  },
  'Resize 10 nearest, smaller': {
    opset: 10,
    node: ['Resize', ['x', 'k'], ['y'], { mode: string('nearest') }],
    constants: { k: ['float', [4], [1, 1, 0.5, 0.6]] },
  },
  'Resize 11 tf_half_pixel_for_nn': {
    opset: 11,
    node: [
      'Resize',
      ['x', 'r', 'k'],
      ['y'],
      { coordinate_transformation_mode: string('tf_half_pixel_for_nn'), nearest_mode: string('floor') },
    ],
    constants: { r: ['float', [0], []], k: ['float', [4], [1, 1, 2, 0.75]] },
  },
  'Scatter 9': {
    opset: 9,
    node: ['Scatter', ['x', 'i', 'u'], ['y'], { axis: int(1) }],
    constants: { i: ['int64', [1, 1, 1, 2], [2, 0]], u: ['float', [1, 1, 1, 2], [5, 6]] },
  },
  'TopK 1': { opset: 9, node: ['TopK', ['x'], ['y', 'z'], { k: int(2), axis: int(3) }] },
  'Gelu 20': { opset: 20, node: ['Gelu', ['x'], ['y']] },
  'Gelu 20 by tanh': { opset: 20, node: ['Gelu', ['x'], ['y'], { approximate: string('tanh') }] },
  'GridSample 20': {
    opset: 20,
    node: ['GridSample', ['x', 'g'], ['y'], { mode: string('linear'), align_corners: int(1) }],
    constants: { g: ['float', [2, 2, 2, 2], noise([2, 2, 2, 2], 2)] },
  },
  'GroupNormalization 21': {
    opset: 21,
    node: ['GroupNormalization', ['x', 's', 'b'], ['y'], { num_groups: int(2), epsilon: float(1e-4) }],
    constants: { s: ['float', [4], [1, 2, -1, 0.5]], b: ['float', [4], [0, 1, 2, 3]] },
    dims: [2, 4, 3, 2],
  },
  'GroupNormalization 18': {
    opset: 18,
    node: ['GroupNormalization', ['x', 's', 'b'], ['y'], { num_groups: int(2) }],
    constants: { s: ['float', [2], [1, 2]], b: ['float', [2], [0, 1]] },
    dims: [2, 4, 3, 2],
  },
  'RMSNormalization 23': {
    opset: 23,
    node: ['RMSNormalization', ['x', 's'], ['y'], { axis: int(-2), epsilon: float(1e-3) }],
    constants: { s: ['float', [4, 5], noise([4, 5])] },
  },
  'Attention 23': {
    opset: 23,
    node: ['Attention', ['x', 'k', 'v'], ['y']],
    constants: { k: ['float', [2, 3, 6, 5], noise([2, 3, 6, 5], 4)], v: ['float', [2, 3, 6, 7], noise([2, 3, 6, 7])] },
  },
  ...Object.fromEntries(
    [0, 1].map((counted): [string, Case] => [
      `AveragePool 19 with dilation, pads ${counted ? 'counted' : 'not counted'}`,
      {
        opset: 19,
        node: [
          'AveragePool',
          ['x'],
          ['y'],
          {
            kernel_shape: ints([2, 3]),
            dilations: ints([2, 1]),
            strides: ints([1, 2]),
            pads: ints([1, 1, 0, 1]),
            count_include_pad: int(counted),
          },
        ],
      },
    ]),
  ),
  'AveragePool 19 with dilation 1': {
    opset: 19,
    node: ['AveragePool', ['x'], ['y'], { kernel_shape: ints([2, 2]), dilations: ints([1, 1]) }],
  },
  'Pad 19 wrapping': {
    opset: 19,
    node: ['Pad', ['x', 'p'], ['y'], { mode: string('wrap') }],
    constants: { p: ['int64', [8], [0, 0, 1, 3, 0, 1, 2, 1]] },
  },
  'Pad 19 wrapping, some axes': {
    opset: 19,
    node: ['Pad', ['x', 'p', '', 'a'], ['y'], { mode: string('wrap') }],
    constants: { p: ['int64', [4], [2, 1, 0, 4]], a: ['int64', [2], [-1, 2]] },
  },
  'Resize 19 half_pixel_symmetric, sizes': {
    opset: 19,
    node: [
      'Resize',
      ['x', '', '', 's'],
      ['y'],
      { mode: string('linear'), coordinate_transformation_mode: string('half_pixel_symmetric') },
    ],
    constants: { s: ['int64', [4], [2, 3, 7, 3]] },
  },
  'Resize 19 half_pixel_symmetric, whole scales': {
    opset: 19,
    node: [
      'Resize',
      ['x', '', 'k'],
      ['y'],
      { mode: string('linear'), coordinate_transformation_mode: string('half_pixel_symmetric') },
    ],
    constants: { k: ['float', [4], [1, 1, 2, 3]] },
  },
  'Cast 19': { opset: 19, node: ['Cast', ['x'], ['y'], { to: int(6), saturate: int(1) }] },
}

/** (w − mean)/√(variance + ε) of every row, as networks with standardised weights have their kernels. */
function standardised(weights: Float32Array, rows: number, epsilon: number): Float32Array {
  const size = weights.length / rows
  return weights.map((w, i) => {
    const row = weights.subarray(Math.floor(i / size) * size, Math.floor(i / size + 1) * size)
    const mean = row.reduce((sum, v) => sum + v, 0) / size
    const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / size
    return (w - mean) / Math.sqrt(variance + epsilon)
  })
}

describe('BatchNormalization in training mode over one item', () => {
  const kernels = noise([4, 3, 3, 3], 5)
  const ones = { one: ['float', [4], [1, 1, 1, 1]], zero: ['float', [4], [0, 0, 0, 0]] } as const
  const norm = ['BatchNormalization', ['w1', 'one', 'zero', 'zero', 'one'], ['n', 'm', 'v']] as const
  const attributes = { training_mode: int(1), epsilon: float(1e-3) }

  it('standardises weights and is folded away', async () => {
    const conv = (weight: string) => ['Conv', ['x', weight], ['y'], {}] as const
    const written = sketch({
      opset: 17,
      inputs: { x: image },
      constants: {
        ...ones,
        w: ['float', [4, 3, 3, 3], kernels],
        flat: ['int64', [3], [1, 4, -1]],
        whole: ['int64', [4], [4, 3, 3, 3]],
      },
      nodes: [['Reshape', ['w', 'flat'], ['w1']], [...norm, attributes], ['Reshape', ['n', 'whole'], ['k']], conv('k')],
      outputs: ['y'],
    })
    const expected = sketch({
      inputs: { x: image },
      constants: { k: ['float', [4, 3, 3, 3], standardised(Float32Array.from(kernels), 4, 1e-3)] },
      nodes: [conv('k')],
      outputs: ['y'],
    })
    const { model } = fold(normalise(written))
    expect(model.graph.nodes.map((node) => node.opType)).toEqual(['Conv'])
    const feeds = { x: [image, noise(image, 3)] as const }
    const [y, reference] = [await runModel(model, feeds), await runModel(expected, feeds)]
    expect(difference(y['y'], reference['y'])).toBeLessThan(2e-6)
  })

  it('folds kernels whose reshaping the exporter has already computed', () => {
    const written = sketch({
      opset: 17,
      inputs: { x: image },
      constants: { ...ones, w1: ['float', [1, 4, 27], kernels], back: ['int64', [4], [4, 3, 3, 3]] },
      nodes: [
        [...norm, attributes],
        ['Reshape', ['n', 'back'], ['k']],
        ['Conv', ['x', 'k'], ['y']],
      ],
      outputs: ['y'],
    })
    expect(fold(normalise(written)).model.graph.nodes.map((node) => node.opType)).toEqual(['Conv'])
  })

  it('normalises each item of a batch by itself where the items are channels', () => {
    const lifted = liftOpset(
      sketch({
        opset: 17,
        inputs: { x: [2, 2, 6] },
        constants: { ...ones, flat: ['int64', [3], [1, 4, -1]] },
        nodes: [
          ['Reshape', ['x', 'flat'], ['w1']],
          [...norm, attributes],
        ],
        outputs: ['n'],
      }),
    )
    expect(lifted.graph.nodes.map((node) => node.opType)).toEqual(['Reshape', 'InstanceNormalization'])
  })
})

describe('lifting to operator set 18', () => {
  for (const [name, { opset, node, constants, dims = image }] of Object.entries(cases)) {
    it(`computes the same: ${name}`, async () => {
      const model = sketch({ opset, inputs: { x: dims }, constants, nodes: [node], outputs: [...node[2]] })
      const lifted = liftOpset(model)
      expect(lifted.opsets['']).toBe(18)
      const feeds = { x: [dims, noise(dims, 3)] as const }
      const [before, after] = [await runModel(model, feeds), await runModel(lifted, feeds)]
      for (const output of node[2]) expect(difference(before[output], after[output])).toBeLessThan(2e-6)
    })
  }

  const refused: Readonly<Record<string, Case>> = {
    'training mode': {
      opset: 14,
      node: ['BatchNormalization', ['x', 's', 's', 's', 's'], ['y'], { training_mode: int(1) }],
      constants: { s: ['float', [3], [1, 1, 1]] },
    },
    'rounds sizes up': {
      opset: 19,
      node: ['AveragePool', ['x'], ['y'], { kernel_shape: ints([2, 2]), dilations: ints([2, 2]), ceil_mode: int(1) }],
    },
    'fractional scale': {
      opset: 19,
      node: ['Resize', ['x', '', 'k'], ['y'], { coordinate_transformation_mode: string('half_pixel_symmetric') }],
      constants: { k: ['float', [4], [1, 1, 1.3, 2]] },
    },
    'keys and values of earlier tokens': {
      opset: 23,
      node: ['Attention', ['x', 'x', 'x', '', 'x', 'x'], ['y']],
    },
    'hands on its scores': { opset: 23, node: ['Attention', ['x', 'x', 'x'], ['y', '', '', 's']] },
    'no equivalent': { opset: 24, node: ['TensorScatter', ['x', 'x'], ['y']] },
  }
  for (const [word, { opset, node, constants }] of Object.entries(refused)) {
    it(`refuses by name: ${word}`, () => {
      const model = sketch({ opset, inputs: { x: image }, constants, nodes: [node], outputs: ['y'] })
      expect(() => liftOpset(model)).toThrow(SaliscopeError)
      expect(() => liftOpset(model)).toThrow(word)
      expect(() => liftOpset(model)).toThrow(node[0])
    })
  }
})

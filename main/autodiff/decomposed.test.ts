import { describe, expect, it } from 'vitest'
import { difference, noise, runModel, type Sketch, sketch } from '../../test/fixtures/onnx-sketch.ts'
import { float, floats, int, ints, string, strings } from '../graph/attributes.ts'
import { numbersOf } from '../graph/constants.ts'
import type { OnnxModel } from '../graph/model.ts'
import { normalise, prepare } from '../graph/prepare.ts'
import { draw, generator } from './adjoint.support.ts'
import { sizeOf } from './dims.ts'
import { type Array64, array64 } from './float64/array64.support.ts'
import { evaluate } from './float64/evaluate.support.ts'
import { buildGradient } from './gradient.ts'

/** An operator that is written as others: its float inputs, each differentiated in turn, and its constants. */
interface Case {
  readonly opset?: number
  readonly node: Sketch['nodes'][number]
  readonly inputs: Readonly<Record<string, readonly number[]>>
  readonly constants?: Sketch['constants']
}

const [query, key, value] = [
  [2, 4, 3, 6],
  [2, 2, 5, 6],
  [2, 2, 5, 4],
]
const grouped = { q: query, k: key, v: value }
const sideBySide = { q: [2, 3, 24], k: [2, 5, 12], v: [2, 5, 8] }
const heads = { q_num_heads: int(4), kv_num_heads: int(2) }
const boolean = Array.from({ length: 15 }, (_, i) => (i % 4 === 1 ? 0 : 1))
const mask = { m: ['float', [3, 5], noise([3, 5], 4)] } as const
const turns = (n: number, tokens: number, half: number) => {
  const angles = noise([n, tokens, half], 6)
  const table = (f: (v: number) => number) => ['float', [n, tokens, half], angles.map(f)] as const
  return { c: table(Math.cos), s: table(Math.sin) }
}
const table = (rows: number, half: number) => {
  const { c, s } = turns(1, rows, half)
  return { c: ['float', [rows, half], c[2]], s: ['float', [rows, half], s[2]] } as const
}
const attentionCase = (
  inputs: Case['inputs'],
  attributes: Case['node'][3] = {},
  constants: Sketch['constants'] = {},
): Case => ({
  opset: 23,
  inputs,
  constants,
  node: ['Attention', ['q', 'k', 'v', ...Object.keys(constants)], ['y'], attributes],
})

/** A recurrent layer over 4 steps, 2 items and 3 numbers each, 5 hidden ones; `reads` the names behind X, W and R. */
const recurrent = (
  opType: string,
  attributes: NonNullable<Case['node'][3]> = {},
  reads: readonly string[] = [],
  output = 0,
): Case => {
  const gates = { LSTM: 4, GRU: 3, RNN: 1 }[opType] ?? 1
  const directions = attributes['direction']?.value === 'bidirectional' ? 2 : 1
  const state = [directions, 2, 5]
  const all: NonNullable<Sketch['constants']> = {
    w: ['float', [directions, gates * 5, 3], noise([directions, gates * 5, 3], 2)],
    r: ['float', [directions, gates * 5, 5], noise([directions, gates * 5, 5], 1.5)],
    b: ['float', [directions, 2 * gates * 5], noise([directions, 2 * gates * 5])],
    lengths: ['int32', [2], [4, 4]],
    h0: ['float', state, noise(state)],
    zero: ['float', state, new Float32Array(directions * 10)],
    p: ['float', [directions, 15], noise([directions, 15], 2)],
  }
  const inputs = ['x', 'w', 'r', ...reads]
  return {
    opset: 14,
    inputs: { x: [4, 2, 3], ...(reads.includes('c0') ? { c0: state } : {}) },
    constants: Object.fromEntries(Object.entries(all).filter(([name]) => inputs.includes(name))),
    node: [
      opType,
      inputs,
      [0, 1, 2].map((i) => (i === output ? 'y' : '')).slice(0, output + 1),
      { hidden_size: int(5), ...attributes },
    ],
  }
}
const both = { direction: string('bidirectional') }

const cases: Readonly<Record<string, Case>> = {
  LSTM: recurrent('LSTM', {}, ['b']),
  'LSTM backwards, from given states': recurrent('LSTM', { direction: string('reverse') }, [
    'b',
    'lengths',
    'h0',
    'c0',
  ]),
  'LSTM both ways, peepholes, its last hidden state': recurrent('LSTM', both, ['b', '', 'zero', 'c0', 'p'], 1),
  'LSTM, its last cell state, no bias, coupled gates': recurrent('LSTM', { input_forget: int(1) }, [], 2),
  'LSTM with clipped gates of other kinds': recurrent(
    'LSTM',
    {
      clip: float(0.4),
      activations: strings(['HardSigmoid', 'Softsign', 'Elu']),
      activation_alpha: floats([0.3, 0.7]),
    },
    ['b'],
  ),
  GRU: recurrent('GRU', {}, ['b']),
  'GRU both ways, the reset behind the product': recurrent('GRU', { ...both, linear_before_reset: int(1) }, [
    'b',
    '',
    'h0',
  ]),
  'GRU backwards, no bias, its last state': recurrent(
    'GRU',
    { direction: string('reverse') },
    ['', 'lengths', 'h0'],
    1,
  ),
  'GRU, the reset behind the product, from zeros': recurrent('GRU', { linear_before_reset: int(1) }, ['b']),
  RNN: recurrent('RNN', {}, ['b']),
  'RNN both ways with two activations': recurrent(
    'RNN',
    {
      ...both,
      activations: strings(['LeakyRelu', 'ScaledTanh']),
      activation_alpha: floats([0.2, 1.5]),
      activation_beta: floats([0.6]),
    },
    ['b', '', 'h0'],
  ),
  'Attention 23, equal heads': attentionCase({ q: query, k: [2, 4, 5, 6], v: [2, 4, 5, 4] }),
  'Attention 23, grouped heads': attentionCase(grouped, { scale: float(0.7) }),
  'Attention 23, grouped heads with their counts': attentionCase(grouped, heads),
  'Attention 23, heads side by side': attentionCase(sideBySide, heads),
  'Attention 23, causal': attentionCase(grouped, { is_causal: int(1) }),
  'Attention 23, soft cap': attentionCase(grouped, { softcap: float(0.5) }),
  'Attention 23, soft cap over a mask': attentionCase(grouped, { softcap: float(0.5) }, mask),
  'Attention 23, mask added': attentionCase(sideBySide, { ...heads, is_causal: int(1) }, mask),
  'Attention 23, mask of truth values': attentionCase(grouped, {}, { m: ['bool', [3, 5], boolean] }),
  'RotaryEmbedding 23': {
    opset: 23,
    inputs: { x: [2, 3, 4, 6] },
    constants: turns(2, 4, 3),
    node: ['RotaryEmbedding', ['x', 'c', 's'], ['y']],
  },
  'RotaryEmbedding 23, neighbours, count of heads': {
    opset: 23,
    inputs: { x: [2, 3, 4, 6] },
    constants: turns(2, 4, 3),
    node: ['RotaryEmbedding', ['x', 'c', 's'], ['y'], { interleaved: int(1), num_heads: int(3) }],
  },
  'RotaryEmbedding 23, heads side by side': {
    opset: 23,
    inputs: { x: [2, 4, 18] },
    constants: turns(2, 4, 3),
    node: ['RotaryEmbedding', ['x', 'c', 's'], ['y'], { num_heads: int(3) }],
  },
  'RotaryEmbedding 23, part of the width, positions': {
    opset: 23,
    inputs: { x: [2, 3, 4, 6] },
    constants: { ...table(9, 2), p: ['int64', [2, 4], [8, 1, 2, 3, 0, 0, 5, 7]] },
    node: ['RotaryEmbedding', ['x', 'c', 's', 'p'], ['y'], { rotary_embedding_dim: int(4), interleaved: int(1) }],
  },
  'com.microsoft.RotaryEmbedding, place of the first token': {
    inputs: { x: [2, 4, 18] },
    constants: { p: ['int64', [1], [3]], ...table(9, 3) },
    node: ['com.microsoft:RotaryEmbedding', ['x', 'p', 'c', 's'], ['y']],
  },
  'com.microsoft.RotaryEmbedding, every place': {
    inputs: { x: [2, 3, 4, 6] },
    constants: { p: ['int64', [2, 4], [8, 1, 2, 3, 0, 0, 5, 7]], ...table(9, 3) },
    node: ['com.microsoft:RotaryEmbedding', ['x', 'p', 'c', 's'], ['y'], { interleaved: int(1) }],
  },
  'com.microsoft.RotaryEmbedding, part of the width': {
    inputs: { x: [2, 4, 18] },
    constants: { p: ['int64', [1], [0]], ...table(9, 2) },
    node: [
      'com.microsoft:RotaryEmbedding',
      ['x', 'p', 'c', 's'],
      ['y'],
      { num_heads: int(3), rotary_embedding_dim: int(4) },
    ],
  },
  ...Object.fromEntries(
    [0, 1].flatMap((aligned): [string, Case][] => [
      [
        `AffineGrid 20, pictures, aligned corners ${aligned}`,
        {
          opset: 20,
          inputs: { x: [2, 2, 3] },
          constants: { s: ['int64', [4], [2, 3, 4, 5]] },
          node: ['AffineGrid', ['x', 's'], ['y'], { align_corners: int(aligned) }],
        },
      ],
      [
        `AffineGrid 20, volumes, aligned corners ${aligned}`,
        {
          opset: 20,
          inputs: { x: [2, 3, 4] },
          constants: { s: ['int64', [5], [2, 3, 4, 5, 2]] },
          node: ['AffineGrid', ['x', 's'], ['y'], { align_corners: int(aligned) }],
        },
      ],
      ...[0, 1].map((exclusive): [string, Case] => [
        `CumProd 26, exclusive ${exclusive}, reverse ${aligned}`,
        {
          opset: 26,
          inputs: { x: [2, 5, 3] },
          constants: { a: ['int64', [], [exclusive === 1 ? 1 : -2]] },
          node: ['CumProd', ['x', 'a'], ['y'], { exclusive: int(exclusive), reverse: int(aligned) }],
        },
      ]),
    ]),
  ),
  'CumProd 26 along the last axis': {
    opset: 26,
    inputs: { x: [3, 4] },
    constants: { a: ['int64', [], [-1]] },
    node: ['CumProd', ['x', 'a'], ['y']],
  },
  'CenterCropPad 18, every axis': {
    inputs: { x: [5, 4, 3] },
    constants: { s: ['int64', [3], [2, 7, 3]] },
    node: ['CenterCropPad', ['x', 's'], ['y']],
  },
  'CenterCropPad 18, axes from either end': {
    inputs: { x: [2, 3, 6, 5] },
    constants: { s: ['int64', [2], [8, 3]] },
    node: ['CenterCropPad', ['x', 's'], ['y'], { axes: ints([-1, 2]) }],
  },
  'Col2Im 18': {
    inputs: { x: [2, 12, 6] },
    constants: { s: ['int64', [2], [3, 4]], b: ['int64', [2], [2, 2]] },
    node: ['Col2Im', ['x', 's', 'b'], ['y']],
  },
  'Col2Im 18 with steps, gaps and padding, cells that no window reaches': {
    inputs: { x: [2, 12, 9] },
    constants: { s: ['int64', [2], [7, 6]], b: ['int64', [2], [2, 3]] },
    node: [
      'Col2Im',
      ['x', 's', 'b'],
      ['y'],
      { strides: ints([2, 2]), dilations: ints([2, 1]), pads: ints([0, 1, 1, 1]) },
    ],
  },
  'Col2Im 18 along one axis': {
    inputs: { x: [2, 6, 4] },
    constants: { s: ['int64', [1], [9]], b: ['int64', [1], [3]] },
    node: ['Col2Im', ['x', 's', 'b'], ['y'], { strides: ints([2]) }],
  },
  'com.microsoft.FusedMatMul, both sides turned': {
    inputs: { a: [2, 3, 5, 4], b: [2, 3, 6, 5] },
    node: ['com.microsoft:FusedMatMul', ['a', 'b'], ['y'], { transA: int(1), transB: int(1), alpha: float(0.3) }],
  },
  'com.microsoft.FusedMatMul, a matrix against a stack': {
    inputs: { a: [4, 5], b: [3, 6, 5] },
    node: ['com.microsoft:FusedMatMul', ['a', 'b'], ['y'], { transB: int(1) }],
  },
  'com.microsoft.Attention': {
    inputs: { x: [2, 3, 5] },
    constants: { w: ['float', [5, 24], noise([5, 24], 2)], b: ['float', [24], noise([24])] },
    node: ['com.microsoft:Attention', ['x', 'w', 'b'], ['y'], { num_heads: int(2), unidirectional: int(1) }],
  },
  'com.microsoft.Attention, other widths': {
    inputs: { x: [2, 3, 5] },
    constants: { w: ['float', [5, 22], noise([5, 22], 2)], b: ['float', [22], noise([22])] },
    node: [
      'com.microsoft:Attention',
      ['x', 'w', 'b'],
      ['y'],
      { num_heads: int(2), qkv_hidden_sizes: ints([8, 8, 6]), scale: float(0.4) },
    ],
  },
  'com.microsoft.MultiHeadAttention': {
    inputs: { q: [2, 3, 8], k: [2, 5, 8], v: [2, 5, 6] },
    node: ['com.microsoft:MultiHeadAttention', ['q', 'k', 'v'], ['y'], { num_heads: int(2) }],
  },
  'com.microsoft.MultiHeadAttention with offsets and a bias of the scores': {
    inputs: { q: [2, 3, 8], k: [2, 5, 8], v: [2, 5, 6] },
    constants: { b: ['float', [22], noise([22], 2)], m: ['float', [1, 2, 3, 5], noise([1, 2, 3, 5], 3)] },
    node: [
      'com.microsoft:MultiHeadAttention',
      ['q', 'k', 'v', 'b', '', 'm'],
      ['y'],
      { num_heads: int(2), scale: float(0.6) },
    ],
  },
  'com.microsoft.SkipSimplifiedLayerNormalization': {
    inputs: { x: [2, 3, 8], k: [2, 3, 8] },
    constants: { g: ['float', [8], noise([8], 3)], b: ['float', [8], noise([8])] },
    node: ['com.microsoft:SkipSimplifiedLayerNormalization', ['x', 'k', 'g', 'b'], ['y'], { epsilon: float(1e-3) }],
  },
  SimplifiedLayerNormalization: {
    inputs: { x: [2, 3, 8] },
    constants: { g: ['float', [8], noise([8], 3)] },
    node: ['SimplifiedLayerNormalization', ['x', 'g'], ['y'], { axis: int(-1), epsilon: float(1e-3) }],
  },
  'RMSNormalization 23 over axes from the front': {
    opset: 23,
    inputs: { x: [2, 3, 4] },
    constants: { s: ['float', [3, 4], noise([3, 4])] },
    node: ['RMSNormalization', ['x', 's'], ['y'], { axis: int(1), epsilon: float(1e-3) }],
  },
}

const random = generator(7)
const normal = (dims: readonly number[]): Float32Array => draw(sizeOf(dims), 'normal', random)

/** The output of a prepared model in double precision. */
function evaluated(
  model: OnnxModel,
  shapes: ReturnType<typeof prepare>['shapes'],
  given: Record<string, Array64>,
): Array64 {
  const tensors = new Map(Object.entries(given))
  for (const [name, constant] of model.graph.initializers)
    tensors.set(name, array64(constant.dims, Array.from(numbersOf(constant, null), Number)))
  for (const node of model.graph.nodes) {
    const dims = node.outputs.map((name) => shapes.get(name)?.dims ?? [])
    const results = evaluate(
      node,
      node.inputs.map((name) => tensors.get(name) ?? null),
      dims,
    )
    node.outputs.forEach((name, i) => {
      tensors.set(name, results[i])
    })
  }
  return tensors.get('y') ?? array64([0])
}

/** |⟨Ju, w⟩ − ⟨u, Jᵀw⟩| ÷ (Σ|Ju·w| + Σ|u·Jᵀw|), J by central differences in double precision. */
async function adjointError(c: Case, source: string, values: Readonly<Record<string, Float32Array>>): Promise<number> {
  const others = Object.entries(c.inputs).filter(([name]) => name !== source)
  const fixed = others.map(([name, dims]) => [name, ['float', dims, values[name]] as const])
  const constants = { ...c.constants, ...Object.fromEntries(fixed) }
  const dims = c.inputs[source]
  const model = sketch({ ...c, inputs: { [source]: dims }, constants, nodes: [c.node], outputs: ['y'] })
  const { model: ready, shapes } = prepare(normalise(model), { [source]: dims })
  const built = buildGradient(ready, shapes, { source, scoreTensor: 'y', rule: 'plain' })
  const outputDims = shapes.get('y')?.dims ?? []
  const [u, w] = [normal(dims), normal(outputDims)]
  const back = await runModel(built.model, { [source]: [dims, values[source]], [built.names.seed]: [outputDims, w] })
  const moved = (h: number): Float64Array => {
    const x = array64(dims, values[source])
    for (const [i, v] of u.entries()) x.data[i] += h * v
    return evaluated(ready, shapes, { [source]: x }).data
  }
  const h = 1e-5
  const [plus, minus] = [moved(h), moved(-h)]
  const left = Array.from(w, (v, i) => (v * (plus[i] - minus[i])) / (2 * h))
  const right = Array.from(u, (v, i) => v * back[built.names.gradient].data[i])
  const total = (terms: readonly number[]): number => terms.reduce((sum, v) => sum + v, 0)
  return Math.abs(total(left) - total(right)) / total([...left, ...right].map(Math.abs))
}

describe('operators that are written as others', () => {
  for (const [name, c] of Object.entries(cases)) {
    it(`compute what the runtime's own does, and have its derivative: ${name}`, async () => {
      const values = Object.fromEntries(Object.entries(c.inputs).map(([input, dims]) => [input, normal(dims)]))
      const feeds = Object.fromEntries(
        Object.entries(c.inputs).map(([input, dims]) => [input, [dims, values[input]] as const]),
      )
      const model = sketch({ ...c, nodes: [c.node], outputs: ['y'] })
      const open = normalise(model)
      const before = await runModel(model, feeds)
      expect(difference((await runModel(open, feeds))['y'], before['y'])).toBeLessThan(3e-6)
      const { model: ready } = prepare(open, c.inputs)
      expect(difference((await runModel(ready, feeds))['y'], before['y'])).toBeLessThan(3e-6)
      for (const source of Object.keys(c.inputs)) expect(await adjointError(c, source, values)).toBeLessThan(1e-5)
    })
  }
})

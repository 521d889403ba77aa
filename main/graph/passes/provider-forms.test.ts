import { expect, it } from 'vitest'
import { difference, noise, runModel, sketch } from '../../../test/fixtures/onnx-sketch.ts'
import { int, ints, string } from '../attributes.ts'
import { EVERYTHING, NOTHING } from '../capabilities.ts'
import type { Attribute, OnnxModel } from '../model.ts'
import { providerForms } from './provider-forms.ts'

type Attributes = Readonly<Record<string, Attribute>>

interface Case {
  readonly opType: string
  readonly x: readonly number[]
  readonly w?: readonly number[]
  readonly bias?: number
  readonly attributes: Attributes
  readonly opset?: number
}

function modelOf({ opType, x, w, bias, attributes, opset = 18 }: Case): OnnxModel {
  const constants = {
    ...(w ? { w: ['float', w, noise(w)] as const } : {}),
    ...(bias ? { b: ['float', [bias], noise([bias])] as const } : {}),
  }
  const inputs = ['x', ...(w ? ['w'] : []), ...(bias ? ['b'] : [])]
  return sketch({ opset, inputs: { x }, constants, nodes: [[opType, inputs, ['y'], attributes]], outputs: ['y'] })
}

const uneven = {
  1: [0, 1],
  2: [0, 2, 1, 0],
  3: [1, 0, 0, 0, 1, 2],
} as const
const sizes = { 1: [9], 2: [8, 9], 3: [7, 6, 8] } as const

const padCases = ([1, 2, 3] as const).flatMap((rank): Case[] => {
  const all = (v: number) => ints(new Array<number>(rank).fill(v))
  const base = { pads: ints(uneven[rank]), kernel_shape: all(3) }
  const x = [2, 4, ...sizes[rank]]
  const kernel = new Array<number>(rank).fill(3)
  const strided = { ...base, strides: all(2) }
  const pools: Case[] = ['MaxPool', 'AveragePool'].flatMap((opType) => [
    { opType, x, attributes: base },
    { opType, x, attributes: strided },
    { opType, x, attributes: { ...strided, ceil_mode: int(1) } },
    { opType, x, attributes: { ...base, dilations: all(2), pads: base.pads }, opset: 19 },
  ])
  const inclusive = { ...strided, count_include_pad: int(1) }
  return [
    ...pools,
    { opType: 'AveragePool', x, attributes: inclusive },
    { opType: 'AveragePool', x, attributes: { ...inclusive, ceil_mode: int(1) }, opset: 19 },
    { opType: 'LpPool', x, attributes: strided },
    { opType: 'Conv', x, w: [6, 4, ...kernel], bias: 6, attributes: base },
    { opType: 'Conv', x, w: [6, 2, ...kernel], bias: 6, attributes: { ...strided, group: int(2) } },
    { opType: 'Conv', x, w: [6, 4, ...kernel], attributes: { ...base, dilations: all(2) } },
    { opType: 'ConvTranspose', x, w: [4, 6, ...kernel], bias: 6, attributes: base },
    { opType: 'ConvTranspose', x, w: [4, 3, ...kernel], attributes: { ...strided, group: int(2) } },
  ]
})

const solid = [2, 4, 5, 4, 6]
const cube = (v: number) => ints([v, v, v])
const even = (v: number) => ints([v, v, v, v, v, v])
const threeAxes: readonly Case[] = [
  {
    opType: 'Conv',
    x: solid,
    w: [6, 2, 3, 3, 3],
    bias: 6,
    attributes: { group: int(2), kernel_shape: cube(3), pads: even(1) },
  },
  { opType: 'Conv', x: solid, w: [4, 1, 3, 2, 3], attributes: { group: int(4), strides: cube(2) } },
  { opType: 'ConvTranspose', x: solid, w: [4, 3, 2, 2, 2], bias: 3, attributes: { strides: cube(2) } },
  { opType: 'ConvTranspose', x: solid, w: [4, 3, 3, 3, 3], attributes: { pads: even(1) } },
  {
    opType: 'ConvTranspose',
    x: solid,
    w: [4, 3, 3, 3, 3],
    bias: 3,
    attributes: { strides: cube(2), pads: even(1), output_padding: cube(1) },
  },
  {
    opType: 'ConvTranspose',
    x: solid,
    w: [4, 3, 4, 3, 2],
    bias: 6,
    attributes: { group: int(2), strides: ints([3, 1, 2]), pads: ints([1, 0, 2, 0, 2, 1]) },
  },
  {
    opType: 'ConvTranspose',
    x: solid,
    w: [4, 1, 2, 2, 2],
    attributes: { group: int(4), strides: cube(3), output_padding: cube(2) },
  },
  {
    opType: 'ConvTranspose',
    x: solid,
    w: [4, 2, 3, 3, 3],
    attributes: { dilations: cube(2), strides: cube(2), pads: even(3) },
  },
  { opType: 'ConvTranspose', x: solid, w: [4, 2, 2, 2, 2], attributes: { pads: even(1) } },
  { opType: 'ConvTranspose', x: solid, w: [4, 2, 1, 1, 1], attributes: { strides: cube(2) } },
  {
    opType: 'ConvTranspose',
    x: solid,
    w: [4, 2, 3, 3, 3],
    attributes: { strides: cube(2), auto_pad: string('SAME_UPPER') },
  },
]

/** What a provider without any of the capabilities would refuse. */
function refusals(model: OnnxModel): string[] {
  const shapes = new Map([...model.graph.initializers].map(([name, t]) => [name, t.dims]))
  return model.graph.nodes.flatMap(({ opType, attributes, inputs }) => {
    const pads = attributes['pads']?.kind === 'ints' ? attributes['pads'].value : []
    const rank = pads.length / 2
    const group = attributes['group']?.kind === 'int' ? attributes['group'].value : 1
    const kernel = attributes['kernel_shape']
    const axes = kernel?.kind === 'ints' ? kernel.value.length : (shapes.get(inputs[1])?.length ?? 2) - 2
    const isUneven = pads.slice(0, rank).some((p, i) => p !== pads[rank + i])
    const isSolid = axes === 3 && ((opType === 'Conv' && group > 1) || opType === 'ConvTranspose')
    return isUneven || isSolid ? [opType] : []
  })
}

async function compareForms(c: Case): Promise<{ off: number; refused: string[]; before: string[] }> {
  const model = modelOf(c)
  const written = providerForms(model, NOTHING)
  const feeds = { x: [c.x, noise(c.x).map((v) => v - 0.6)] } as const
  const [plain, other] = [await runModel(model, feeds), await runModel(written, feeds)]
  return { off: difference(plain.y, other.y), refused: refusals(written), before: refusals(model) }
}

const title = ({ opType, x, attributes }: Case) => `${opType} on [${x}] ${JSON.stringify(attributes)}`

it(`does pads of different ends by nodes of their own over ${padCases.length} cases`, async () => {
  for (const c of padCases) {
    const { off, refused, before } = await compareForms(c)
    expect(before, title(c)).not.toEqual([])
    expect(refused, title(c)).toEqual([])
    expect(off, title(c)).toBeLessThan(1e-6)
  }
})

it(`writes ConvTranspose and groups over three axes as plain convolutions over ${threeAxes.length} cases`, async () => {
  for (const c of threeAxes) {
    const { off, refused, before } = await compareForms(c)
    expect(before, title(c)).not.toEqual([])
    expect(refused, title(c)).toEqual([])
    expect(off, title(c)).toBeLessThan(1e-6)
  }
})

it('leaves a model as it is where everything is computed', () => {
  const model = modelOf(padCases[0])
  expect(providerForms(model, EVERYTHING)).toBe(model)
})

it('keeps the pads of a max pool whose winners are asked for', () => {
  const model = sketch({
    inputs: { x: [1, 2, 6, 6] },
    nodes: [['MaxPool', ['x'], ['y', 'i'], { kernel_shape: ints([2, 2]), pads: ints([0, 0, 1, 1]) }]],
    outputs: ['y'],
  })
  expect(providerForms(model, NOTHING).graph.nodes).toEqual(model.graph.nodes)
})

it.each([
  [6, 4, 1, 'Pad Pad Conv'],
  [9, 8, 2, 'Pad Pad Conv'],
  [3, 8, 2, 'Conv'],
  [12, 8, 2, 'Conv'],
  [6, 5, 2, 'Conv'],
])('fills %i channels up to fours for %i filters over %i axes', async (channels, filters, rank, expected) => {
  const space = new Array<number>(rank).fill(3)
  const x = [2, channels, ...space.map((_, i) => 6 + i)]
  const attributes = { kernel_shape: ints(space), pads: ints([...space, ...space].map(() => 1)) }
  const model = modelOf({ opType: 'Conv', x, w: [filters, channels, ...space], bias: filters, attributes })
  const written = providerForms(model, { ...EVERYTHING, channelsInThrees: false })
  expect(written.graph.nodes.map((n) => n.opType).join(' ')).toBe(expected)
  const feeds = { x: [x, noise(x)] } as const
  expect(difference((await runModel(model, feeds)).y, (await runModel(written, feeds)).y)).toBeLessThan(1e-6)
})

it('adds a sum up by pairs, in its order', async () => {
  const model = sketch({
    inputs: { a: [2, 3], b: [2, 3], c: [1, 3] },
    nodes: [['Sum', ['a', 'b', 'c'], ['y']]],
    outputs: ['y'],
  })
  const written = providerForms(model, { ...EVERYTHING, sum: false })
  expect(written.graph.nodes.map((n) => n.opType)).toEqual(['Add', 'Add'])
  const feeds = { a: [[2, 3], noise([2, 3])], b: [[2, 3], noise([2, 3], 2)], c: [[1, 3], noise([1, 3], 3)] } as const
  expect((await runModel(written, feeds)).y).toEqual((await runModel(model, feeds)).y)
})

it.each([
  ['ReduceL1', [2, 1, 5], [1], 1, 'Abs'],
  ['ReduceL2', [2, 1, 5], [1], 0, 'Abs Reshape'],
  ['ReduceSumSquare', [2, 5], [], 1, 'Mul'],
  ['ReduceLogSum', [2, 5, 1], [-1], 0, 'Log Reshape'],
  ['ReduceSum', [2, 1, 5], [1], 1, 'ReduceSum'],
  ['ReduceL2', [2, 2, 5], [1], 1, 'ReduceL2'],
])('takes the function of a single number for %s of %j over %j', async (opType, x, axes, keepdims, expected) => {
  const model = sketch({
    inputs: { x },
    constants: { a: ['int64', [axes.length], axes] },
    nodes: [[opType, ['x', 'a'], ['y'], { keepdims: int(keepdims), noop_with_empty_axes: int(1) }]],
    outputs: ['y'],
  })
  const written = providerForms(model, { ...EVERYTHING, reductionsOfOne: false })
  expect(written.graph.nodes.map((n) => n.opType).join(' ')).toBe(expected)
  const values = noise(x).map((v) => (opType === 'ReduceLogSum' ? Math.abs(v) + 0.1 : v - 0.1))
  const feeds = { x: [x, values] } as const
  expect(difference((await runModel(model, feeds)).y, (await runModel(written, feeds)).y)).toBeLessThan(1e-6)
})

const inRegion = { coordinate_transformation_mode: string('tf_crop_and_resize') }

it.each([
  ['linear', [1, 4, 5, 3], { sizes: [1, 8, 7, 3] }, {}],
  ['linear', [1, 4, 5, 3], { scales: [1, 1.5, 0.7, 1] }, { coordinate_transformation_mode: string('align_corners') }],
  ['cubic', [1, 2, 5, 6], { sizes: [1, 2, 4, 4], roi: [0, 0, 0.1, 0.2, 1, 1, 0.8, 0.9] }, inRegion],
  ['linear', [1, 2, 5, 6], { sizes: [5, 6], roi: [0.1, 0.2, 0.8, 0.9] }, { ...inRegion, axes: ints([2, 3]) }],
  ['nearest', [1, 2, 5, 6], { sizes: [1, 2, 4, 4], roi: [0, 0, 0.1, 0.2, 1, 1, 0.8, 0.9] }, inRegion],
])('resizes by matrices along each axis: %s of %j, %j', async (mode, x, given, attributes) => {
  const [node, constants] = resizeOf(mode, given, attributes)
  const model = sketch({ inputs: { x }, constants, nodes: [node], outputs: ['y'] })
  const written = providerForms(model, { ...EVERYTHING, resizeAnywhere: false })
  expect(written.graph.nodes.filter((n) => n.inputs[0] === 'x' && n.opType === 'Resize')).toEqual([])
  const feeds = { x: [x, noise(x)] } as const
  expect(difference((await runModel(model, feeds)).y, (await runModel(written, feeds)).y)).toBeLessThan(1e-6)
})

it.each([
  ['linear', [1, 3, 4, 5], { sizes: [1, 3, 8, 7] }, {}],
  ['linear', [1, 1, 3, 4, 5], { sizes: [1, 1, 6, 8, 7] }, {}],
  ['nearest', [1, 4, 5, 3], { sizes: [1, 8, 7, 3] }, {}],
  ['linear', [1, 2, 5, 6], { sizes: [1, 2, 4, 4], roi: [0, 0, -0.1, 0, 1, 1, 1, 1.2] }, inRegion],
])(
  'leaves a Resize that every provider knows, and one that reaches outside: %s of %j, %j',
  (mode, x, given, attributes) => {
    const [node, constants] = resizeOf(mode, given, attributes)
    const model = sketch({ inputs: { x }, constants, nodes: [node], outputs: ['y'] })
    expect(providerForms(model, { ...EVERYTHING, resizeAnywhere: false }).graph.nodes).toEqual(model.graph.nodes)
  },
)

interface Sizes {
  readonly sizes?: readonly number[]
  readonly scales?: readonly number[]
  readonly roi?: readonly number[]
}

function resizeOf(mode: string, { sizes, scales, roi }: Sizes, attributes: Attributes) {
  const constants = {
    ...(roi ? { r: ['float', [roi.length], roi] as const } : {}),
    ...(scales ? { f: ['float', [scales.length], scales] as const } : {}),
    ...(sizes ? { s: ['int64', [sizes.length], sizes] as const } : {}),
  }
  const inputs = ['x', roi ? 'r' : '', scales ? 'f' : '', ...(sizes ? ['s'] : [])]
  return [['Resize', inputs, ['y'], { mode: string(mode), ...attributes }] as const, constants] as const
}

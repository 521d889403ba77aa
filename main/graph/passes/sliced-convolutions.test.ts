import { describe, expect, it } from 'vitest'
import { difference, noise, runModel, type Sketch, sketch } from '../../../test/fixtures/onnx-sketch.ts'
import { int, ints } from '../attributes.ts'
import { slicedConvolutions } from './sliced-convolutions.ts'

const volume = [2, 4, 5, 6, 7]
const constants = {
  w: ['float', [16, 4, 3, 3, 3], noise([16, 4, 3, 3, 3])],
  v: ['float', [16, 16, 3, 1, 2], noise([16, 16, 3, 1, 2])],
  bias: ['float', [16], noise([16])],
  zero: ['float', [], [0]],
  perChannel: ['float', [16, 1, 1, 1], noise([16, 1, 1, 1])],
  plane: ['float', [1, 1, 1, 6, 7], noise([1, 1, 1, 6, 7])],
  depth: ['float', [5, 1, 1], noise([5, 1, 1])],
} as const
const same = { pads: ints([1, 1, 1, 1, 1, 1]) }

const model = (nodes: Sketch['nodes'], outputs = ['y']) => sketch({ inputs: { x: volume }, constants, nodes, outputs })
const sliced = (graph: ReturnType<typeof model>) => slicedConvolutions(graph, { leastProducts: 0 })
const operators = (graph: ReturnType<typeof model>) => new Set(graph.graph.nodes.map((node) => node.opType))

const cases: Readonly<Record<string, { nodes: Sketch['nodes']; outputs?: string[] }>> = {
  'a convolution with bias': { nodes: [['Conv', ['x', 'w', 'bias'], ['y'], same]] },
  'strides, dilations and uneven pads': {
    nodes: [
      [
        'Conv',
        ['x', 'w'],
        ['y'],
        { strides: ints([2, 1, 3]), dilations: ints([2, 1, 2]), pads: ints([3, 0, 1, 2, 1, 4]) },
      ],
    ],
  },
  'a ReLU with its mask, sums, factors and channels laid together': {
    nodes: [
      ['Conv', ['x', 'w', 'bias'], ['c'], same],
      ['Relu', ['c'], ['r']],
      ['Greater', ['r', 'zero'], ['b']],
      ['Cast', ['b'], ['m'], { to: int(1) }],
      ['Mul', ['c', 'm'], ['g']],
      ['Mul', ['g', 'perChannel'], ['s']],
      ['Add', ['s', 'plane'], ['a']],
      ['Conv', ['x', 'w'], ['d'], same],
      ['Concat', ['a', 'd'], ['y'], { axis: int(1) }],
    ],
  },
  'a gate of every channel': {
    nodes: [
      ['Conv', ['x', 'w'], ['c'], same],
      ['GlobalAveragePool', ['c'], ['p']],
      ['Sigmoid', ['p'], ['q']],
      ['Mul', ['c', 'q'], ['y']],
    ],
  },
  'what differs from slice to slice, and what is read twice': {
    nodes: [
      ['Conv', ['x', 'w'], ['c'], same],
      ['Relu', ['c'], ['r']],
      ['Mul', ['r', 'depth'], ['d']],
      ['Conv', ['d', 'v'], ['y']],
    ],
    outputs: ['y', 'r', 'c'],
  },
}

describe('slice by slice, with the same values,', () => {
  for (const [name, { nodes, outputs }] of Object.entries(cases)) {
    it(name, async () => {
      const before = model(nodes, outputs)
      const after = sliced(before)
      expect(after.graph.nodes.length).toBeGreaterThan(before.graph.nodes.length)
      const feeds = { x: [volume, noise(volume)] } as const
      const [old, now] = [await runModel(before, feeds), await runModel(after, feeds)]
      for (const output of outputs ?? ['y']) {
        expect(now[output].dims).toEqual(old[output].dims)
        expect(difference(now[output], old[output])).toBeLessThan(1e-5)
      }
    })
  }

  it('two convolutions hand slices on without putting them together', () => {
    const after = sliced(
      model([
        ['Conv', ['x', 'w'], ['c'], same],
        ['Relu', ['c'], ['r']],
        ['Conv', ['r', 'v'], ['y']],
      ]),
    )
    expect(after.graph.nodes.filter((node) => node.opType === 'Concat').length).toBe(1)
  })
})

describe('a graph stays as it is', () => {
  const unchanged = (graph: ReturnType<typeof model>, options = {}) =>
    expect(slicedConvolutions(graph, options)).toBe(graph)
  const one: Sketch['nodes'] = [['Conv', ['x', 'w'], ['y'], same]]

  it('where its convolutions are too small to be worth it', () => unchanged(model(one)))
  it('where too many nodes would be made', () => unchanged(model(one), { leastProducts: 0, mostNodes: 10 }))
  it('where a slice would be reached by no tap', () =>
    unchanged(model([['Conv', ['x', 'w'], ['y'], { pads: ints([4, 1, 1, 0, 1, 1]) }]]), { leastProducts: 0 }))
  it('where the kernel is flat or weights are computed', () => {
    const flat = sketch({
      inputs: { x: [1, 4, 6, 6] },
      constants: { w: ['float', [16, 4, 3, 3], noise([16, 4, 3, 3])] },
      nodes: [['Conv', ['x', 'w'], ['y']]],
      outputs: ['y'],
    })
    unchanged(flat, { leastProducts: 0 })
    expect(operators(flat).has('Gather')).toBe(false)
  })
})

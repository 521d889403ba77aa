import { describe, expect, it } from 'vitest'
import { difference, noise, runModel, type Sketch, sketch } from '../../../test/fixtures/onnx-sketch.ts'
import { int, ints, string } from '../attributes.ts'
import { blockedLayout } from './blocked-layout.ts'

const image = [2, 16, 4, 6]
const constants = {
  w: ['float', [16, 16, 1, 1], noise([16, 16, 1, 1])],
  zero: ['float', [], [0]],
  one: ['float', [], [1]],
  perChannel: ['float', [16, 1, 1], noise([16, 1, 1])],
  wide: ['int64', [4], image],
  spatial: ['int64', [2], [2, 3]],
} as const
const into: Sketch['nodes'] = [['Conv', ['x', 'w'], ['c']]]
const out: Sketch['nodes'] = [['Conv', ['t', 'w'], ['y']]]

/** The nodes between two convolutions, and the operators by which they are replaced. */
const cases: Readonly<Record<string, { nodes: Sketch['nodes']; becomes: readonly string[] }>> = {
  'the mask of a ReLU is a clipped convolution': {
    nodes: [
      ['Relu', ['c'], ['r']],
      ['Greater', ['r', 'zero'], ['b']],
      ['Cast', ['b'], ['mask'], { to: int(1) }],
      ['Mul', ['c', 'mask'], ['t']],
    ],
    becomes: ['Relu', 'Conv', 'Clip', 'Mul'],
  },
  'one minus a sigmoid is a convolution with bias': {
    nodes: [
      ['Sigmoid', ['c'], ['s']],
      ['Sub', ['one', 's'], ['n']],
      ['Mul', ['s', 'n'], ['t']],
    ],
    becomes: ['Sigmoid', 'Conv', 'Mul'],
  },
  'what comes from elsewhere enters once': {
    nodes: [
      ['Neg', ['x'], ['e']],
      ['Add', ['c', 'e'], ['a']],
      ['Mul', ['a', 'e'], ['t']],
    ],
    becomes: ['Neg', 'Conv', 'Add', 'Mul'],
  },
  'a gate is repeated over space': {
    nodes: [
      ['GlobalAveragePool', ['c'], ['p']],
      ['Mul', ['p', 'c'], ['t']],
    ],
    becomes: ['GlobalAveragePool', 'Resize', 'Mul'],
  },
  'a factor per channel is a convolution': {
    nodes: [['Mul', ['c', 'perChannel'], ['t']]],
    becomes: ['Reshape', 'Conv'],
  },
  'a sum over space is a pool and a factor, its spreading a Resize': {
    nodes: [
      ['ReduceSum', ['c', 'spatial'], ['s']],
      ['Expand', ['s', 'wide'], ['t']],
    ],
    becomes: ['GlobalAveragePool', 'Conv', 'Resize'],
  },
  'a pool that tells its winners is entered behind': {
    nodes: [
      ['MaxPool', ['c'], ['q', 'i'], { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) }],
      ['Cast', ['i'], ['j'], { to: int(1) }],
      ['Neg', ['j'], ['k']],
      ['Add', ['q', 'k'], ['t']],
    ],
    becomes: ['MaxPool', 'Cast', 'Neg', 'Conv', 'Conv', 'Add'],
  },
}

const model = (nodes: Sketch['nodes']) =>
  sketch({ inputs: { x: image }, constants, nodes: [...into, ...nodes, ...out], outputs: ['y'] })
const operators = (nodes: readonly { opType: string }[]) => nodes.map((node) => node.opType)

describe('between convolutions', () => {
  for (const [name, { nodes, becomes }] of Object.entries(cases)) {
    it(`${name}, with the same values`, async () => {
      const before = model(nodes)
      const after = blockedLayout(before)
      expect(operators(after.graph.nodes).slice(1, -1).sort()).toEqual([...becomes].sort())
      const feeds = { x: [image, noise(image)] } as const
      const [old, now] = [await runModel(before, feeds), await runModel(after, feeds)]
      expect(difference(now['y'], old['y'])).toBeLessThan(1e-5)
    })
  }

  it('a mask is 0 and 1 for zeros, tiny and huge values, and infinities', async () => {
    const values = [0, -0, 1e-30, 3e-38, 1, 3e38, Number.POSITIVE_INFINITY, -1, -3e38]
    const dims = [1, 16, 1, values.length]
    const x = Float32Array.from({ length: 16 * values.length }, (_, i) => values[i % values.length])
    const graph = sketch({
      inputs: { x: dims },
      constants: { ...constants, pick: ['float', [16, 1, 1, 1], new Float32Array(16).fill(1)] },
      nodes: [
        ['Conv', ['x', 'pick'], ['c'], { group: int(16) }],
        ['Conv', ['x', 'pick'], ['g'], { group: int(16) }],
        ['Greater', ['c', 'zero'], ['b']],
        ['Cast', ['b'], ['mask'], { to: int(1) }],
        ['Mul', ['mask', 'g'], ['y']],
      ],
      outputs: ['y'],
    })
    const after = blockedLayout(graph)
    expect(operators(after.graph.nodes)).toContain('Clip')
    const result = (await runModel(after, { x: [dims, x] }))['y'].data
    for (const [i, v] of values.entries()) expect(Math.abs(Number(result[i]))).toBe(Math.fround(Math.max(v, 0)))
  })
})

describe('nothing is changed', () => {
  const same = (nodes: Sketch['nodes'], outputs = ['y']) => {
    const graph = sketch({ inputs: { x: image }, constants, nodes, outputs })
    expect(blockedLayout(graph)).toBe(graph)
  }
  it('where no convolution is near', () =>
    same([
      ['Relu', ['x'], ['a']],
      ['Sub', ['one', 'a'], ['y']],
    ]))
  it('where a result is asked for as it stands', () => same([...into, ['Sub', ['one', 'c'], ['y']]]))
  it('where the runtime fuses x·σ(x) itself', () =>
    same([
      ...into,
      ['Sigmoid', ['c'], ['s']],
      ['Mul', ['c', 's'], ['u']],
      ['GlobalAveragePool', ['u'], ['p']],
      ['Mul', ['u', 'p'], ['t']],
      ['Resize', ['t', '', ''], ['y'], { mode: string('nearest') }],
    ]))
})

import { describe, expect, it } from 'vitest'
import { difference, noise, runModel, type Sketch, sketch } from '../../../test/fixtures/onnx-sketch.ts'
import { ints } from '../attributes.ts'
import { foldScales } from './fold-scales.ts'

const image = [2, 4, 5, 6]
const constants = {
  w: ['float', [4, 4, 3, 3], noise([4, 4, 3, 3])],
  s: ['float', [4, 1, 1], noise([4, 1, 1])],
  wide: ['float', [1, 4, 5, 6], noise([1, 4, 5, 6])],
} as const
const conv: Sketch['nodes'][number] = ['Conv', ['x', 'w'], ['c'], { pads: ints([1, 1, 1, 1]) }]
const make = (nodes: Sketch['nodes'], outputs = ['y']) =>
  sketch({ inputs: { x: image, m: image }, constants, nodes, outputs })

async function expectFolded(model: ReturnType<typeof make>): Promise<void> {
  const folded = foldScales(model)
  const reads = folded.graph.nodes.flatMap((node) => (node.opType === 'Mul' ? [node.inputs] : []))
  expect(reads.filter((names) => names.includes('s'))).toEqual([])
  const feeds = { x: [image, noise(image)], m: [image, noise(image, 2)] } as const
  const [before, after] = [await runModel(model, feeds), await runModel(folded, feeds)]
  expect(difference(after['y'], before['y'])).toBeLessThan(1e-5)
}

describe('a factor per channel', () => {
  it('moves into the weights of the convolution before it', async () => {
    await expectFolded(make([conv, ['Mul', ['c', 's'], ['t']], ['Relu', ['t'], ['y']]]))
  })

  it('moves past one product between, as the mask of a ReLU', async () => {
    await expectFolded(make([conv, ['Mul', ['c', 'm'], ['t']], ['Mul', ['s', 't'], ['u']], ['Neg', ['u'], ['y']]]))
  })

  it('may itself be computed from constants behind the convolution', async () => {
    await expectFolded(
      make([
        conv,
        ['Sqrt', ['wide'], ['unused']],
        ['Abs', ['s'], ['a']],
        ['Mul', ['a', 'c'], ['t']],
        ['Neg', ['t'], ['y']],
      ]),
    )
  })

  it('stays where something else reads what the convolution gives', () => {
    const shared = make([conv, ['Mul', ['c', 's'], ['t']], ['Add', ['t', 'c'], ['y']]])
    expect(foldScales(shared)).toBe(shared)
    const asked = make([conv, ['Mul', ['c', 's'], ['t']], ['Neg', ['t'], ['y']]], ['y', 'c'])
    expect(foldScales(asked)).toBe(asked)
  })

  it('stays where it varies over space', () => {
    const model = make([conv, ['Mul', ['c', 'wide'], ['t']], ['Neg', ['t'], ['y']]])
    expect(foldScales(model)).toBe(model)
  })
})

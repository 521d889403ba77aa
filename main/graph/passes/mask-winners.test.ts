import { describe, expect, it } from 'vitest'
import { noise, runModel, sketch } from '../../../test/fixtures/onnx-sketch.ts'
import { int, ints, string } from '../attributes.ts'
import { analyse } from '../infer/analyse.ts'
import type { OnnxModel } from '../model.ts'
import { maskWinners } from './mask-winners.ts'

type Lines = Parameters<typeof sketch>[0]['nodes']

const forward: Lines = [
  ['Relu', ['x'], ['y']],
  ['MaxPool', ['y'], ['p', 'winners'], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) }],
]
const mask: Lines = [
  ['Greater', ['y', 'zero'], ['above']],
  ['Cast', ['above'], ['mask'], { to: int(1) }],
]
const byUnpool: Lines = [
  ['MaxUnpool', ['v', 'winners'], ['sent'], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) }],
]
const byScatter: Lines = [
  ['Expand', ['zero', 'flat'], ['zeros']],
  ['Reshape', ['winners', 'minusOne'], ['places']],
  ['Reshape', ['v', 'minusOne'], ['values']],
  ['ScatterElements', ['zeros', 'places', 'values'], ['scattered'], { axis: int(0), reduction: string('add') }],
  ['Reshape', ['scattered', 'whole'], ['sent']],
]

function backward(sending: Lines, after: Lines, outputs = ['g']): OnnxModel {
  return sketch({
    inputs: { x: [2, 3, 4, 6], v: [2, 3, 2, 3] },
    constants: {
      zero: ['float', [], [0]],
      flat: ['int64', [1], [144]],
      minusOne: ['int64', [1], [-1]],
      whole: ['int64', [4], [2, 3, 4, 6]],
    },
    nodes: [...forward, ...mask, ...sending, ...after],
    outputs,
  })
}

const shapeAtMask = (model: OnnxModel): readonly number[] | undefined => {
  const cast = model.graph.nodes.find((node) => node.opType === 'Cast')
  return analyse(model).shapes.get(cast?.outputs[0] ?? '')?.dims
}

describe('masks behind max pools', () => {
  it.each([
    ['MaxUnpool', byUnpool],
    ['ScatterElements', byScatter],
  ])('move to the size of the pool’s output through %s, and give the same bits', async (_, sending) => {
    const model = backward(sending, [['Mul', ['sent', 'mask'], ['g']]])
    const moved = maskWinners(model)
    expect(shapeAtMask(model)).toEqual([2, 3, 4, 6])
    expect(shapeAtMask(moved)).toEqual([2, 3, 2, 3])
    const feeds = { x: [[2, 3, 4, 6], noise([2, 3, 4, 6])], v: [[2, 3, 2, 3], noise([2, 3, 2, 3])] } as const
    const [before, after] = [await runModel(model, feeds), await runModel(moved, feeds)]
    // Minus zero and zero are one value.
    const numbers = (data: readonly number[]) => data.map((value) => value + 0)
    expect(numbers(after['g'].data)).toEqual(numbers(before['g'].data))
    expect(numbers(after['g'].data).some((value) => value !== 0)).toBe(true)
  })

  it('stay where something else reads what was sent, or where they belong to another tensor', () => {
    const shared = backward(
      byUnpool,
      [
        ['Mul', ['sent', 'mask'], ['g']],
        ['Neg', ['sent'], ['h']],
      ],
      ['g', 'h'],
    )
    expect(maskWinners(shared)).toBe(shared)
    const foreign = backward(byUnpool, [
      ['Greater', ['x', 'zero'], ['over']],
      ['Cast', ['over'], ['other'], { to: int(1) }],
      ['Mul', ['sent', 'other'], ['g']],
    ])
    expect(maskWinners(foreign)).toBe(foreign)
  })
})

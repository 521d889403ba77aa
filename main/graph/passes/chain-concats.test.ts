import { describe, expect, it } from 'vitest'
import { noise, runModel, sketch } from '../../../test/fixtures/onnx-sketch.ts'
import { int } from '../attributes.ts'
import { chainConcats } from './chain-concats.ts'

const axis = (n: number) => ({ axis: int(n) })
const dense = (second: number) =>
  sketch({
    inputs: { x: [1, 2, 3] },
    nodes: [
      ['Relu', ['x'], ['a']],
      ['Neg', ['x'], ['b']],
      ['Concat', ['a', 'b'], ['ab'], axis(1)],
      ['Abs', ['ab'], ['c']],
      ['Concat', ['a', 'b', 'c'], ['abc'], axis(second)],
      ['Sin', ['abc'], ['d']],
      ['Concat', ['a', 'b', 'c', 'd'], ['y'], axis(second)],
    ],
    outputs: ['y'],
  })
const inputsOf = (model: ReturnType<typeof dense>) =>
  model.graph.nodes.filter((node) => node.opType === 'Concat').map((node) => node.inputs.join(' '))

describe('concatenations that begin alike', () => {
  it('read the earlier one, and give the same bits', async () => {
    const model = dense(1)
    const chained = chainConcats(model)
    expect(inputsOf(chained)).toEqual(['a b', 'ab c', 'abc d'])
    const feeds = { x: [[1, 2, 3], noise([1, 2, 3])] } as const
    const [before, after] = [await runModel(model, feeds), await runModel(chained, feeds)]
    expect(after['y'].data).toEqual(before['y'].data)
  })

  it('stay apart along different axes, and when nothing repeats', () => {
    const other = sketch({
      inputs: { x: [2, 2] },
      nodes: [
        ['Concat', ['x', 'x'], ['a'], axis(0)],
        ['Concat', ['x', 'x', 'x'], ['b'], axis(1)],
      ],
      outputs: ['a', 'b'],
    })
    expect(chainConcats(other)).toBe(other)
  })
})

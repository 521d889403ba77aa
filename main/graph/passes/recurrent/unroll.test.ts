import { describe, expect, it } from 'vitest'
import { difference, noise, runModel, type Sketch, sketch } from '../../../../test/fixtures/onnx-sketch.ts'
import { int, string } from '../../attributes.ts'
import { normalise, prepare } from '../../prepare.ts'

const weights: NonNullable<Sketch['constants']> = {
  w: ['float', [2, 16, 3], noise([2, 16, 3], 2)],
  r: ['float', [2, 16, 4], noise([2, 16, 4], 2)],
}
const bidirectional = { hidden_size: int(4), direction: string('bidirectional') }

describe('recurrent layers', () => {
  it('with the batch first give what those with the steps first do, rearranged', async () => {
    // ONNX Runtime has no kernel for layout 1; written as steps, such files run.
    const swapped = { perm: { kind: 'ints', value: [1, 0, 2] } } as const
    const outputs = ['y', 'h', 'c']
    const first = sketch({
      opset: 14,
      inputs: { x: [2, 5, 3] },
      constants: { ...weights, h0: ['float', [2, 2, 4], noise([2, 2, 4])] },
      nodes: [['LSTM', ['x', 'w', 'r', '', '', 'h0'], outputs, { ...bidirectional, layout: int(1) }]],
      outputs,
    })
    const second = sketch({
      opset: 14,
      inputs: { x: [2, 5, 3] },
      constants: { ...weights, h0: ['float', [2, 2, 4], noise([2, 2, 4])] },
      nodes: [
        ['Transpose', ['x'], ['xs'], swapped],
        ['Transpose', ['h0'], ['hs'], swapped],
        ['LSTM', ['xs', 'w', 'r', '', '', 'hs'], ['ys', 'hn', 'cn'], bidirectional],
        ['Transpose', ['ys'], ['y'], { perm: { kind: 'ints', value: [2, 0, 1, 3] } }],
        ['Transpose', ['hn'], ['h'], swapped],
        ['Transpose', ['cn'], ['c'], swapped],
      ],
      outputs,
    })
    const feeds = { x: [[2, 5, 3], noise([2, 5, 3], 3)] } as const
    const unrolled = await runModel(prepare(normalise(first), { x: [2, 5, 3] }).model, feeds)
    const expected = await runModel(second, feeds)
    for (const name of outputs) expect(difference(unrolled[name], expected[name])).toBeLessThan(3e-6)
  })

  const single = (inputs: Sketch['inputs'], lengths: readonly number[]) =>
    sketch({
      inputs,
      constants: { ...weights, n: ['int32', [lengths.length], lengths] },
      nodes: [['LSTM', ['x', 'w', 'r', '', 'n'], ['y'], bidirectional]],
      outputs: ['y'],
    })
  const prepared = (x: readonly number[], lengths: readonly number[]) =>
    prepare(normalise(single({ x: ['steps', 'batch', 3] }, lengths)), { x }).model

  it('say that they were written as steps', () => {
    const model = prepared([5, 2, 3], [5, 5])
    expect(model.graph.nodes.some((node) => node.opType === 'LSTM')).toBe(false)
    expect(model.repairs).toContain('A recurrent layer was written as single steps, 5 at most.')
  })

  it.each([
    ['longer than 1024 steps', [1025, 1, 3], [1025]],
    ['of different lengths within a batch', [5, 2, 3], [5, 4]],
  ])('stay as they are when %s', (_, x, lengths) => {
    expect(prepared(x, lengths).graph.nodes.map((node) => node.opType)).toEqual(['LSTM'])
  })
})

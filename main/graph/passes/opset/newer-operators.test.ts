import { expect, it } from 'vitest'
import { sketch } from '../../../../test/fixtures/onnx-sketch.ts'
import { int } from '../../attributes.ts'
import { normalise } from '../../prepare.ts'

it('an operator that the runtime does not have is refused by name', () => {
  const model = sketch({ opset: 26, inputs: { x: [2, 4] }, nodes: [['SwiGLU', ['x', 'x'], ['y']]], outputs: ['y'] })
  expect(() => normalise(model)).toThrow(/SwiGLU node "n0" came with version 28 .* ONNX Runtime 1.30 does not run/)
})

it('attention to a window of tokens is refused, and read where the window is unbounded', () => {
  const dims = [1, 1, 4, 2]
  const attention = (left: number) =>
    sketch({
      opset: 25,
      inputs: { q: dims, k: dims, v: dims },
      nodes: [['Attention', ['q', 'k', 'v'], ['y'], { left_window_size: int(left) }]],
      outputs: ['y'],
    })
  expect(() => normalise(attention(1))).toThrow(
    /Attention node "n0" attends to a window of tokens \(left_window_size\)/,
  )
  expect(normalise(attention(-1)).graph.nodes.map(({ opType }) => opType)).toContain('Softmax')
})

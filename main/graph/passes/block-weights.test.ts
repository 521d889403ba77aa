import { describe, expect, it } from 'vitest'
import { difference, noise, runModel, sketch } from '../../../test/fixtures/onnx-sketch.ts'
import { int } from '../attributes.ts'
import { normalise } from '../prepare.ts'

const [rows, depth, size] = [3, 40, 16]
const blocks = Math.ceil(depth / size)

function bytes(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (i * 89 + 37) % 256)
}

/** y = x·Wᵀ (+ bias) with weights of few bits in blocks. */
function product(bits: number, withZeros: boolean, withBias: boolean) {
  const inputs = ['x', 'w', 's', withZeros ? 'z' : '', '', withBias ? 'b' : '']
  while (inputs.at(-1) === '') inputs.pop()
  return sketch({
    inputs: { x: [2, 5, depth] },
    constants: {
      w: ['uint8', [rows, blocks, (size * bits) / 8], bytes((rows * blocks * size * bits) / 8)],
      s: ['float', [rows * blocks], noise([rows * blocks], 0.2)],
      z: ['uint8', [rows * Math.ceil((blocks * bits) / 8)], bytes(rows * Math.ceil((blocks * bits) / 8))],
      b: ['float', [rows], [0.5, -1, 2]],
    },
    nodes: [
      [
        'com.microsoft:MatMulNBits',
        inputs,
        ['y'],
        { N: int(rows), K: int(depth), bits: int(bits), block_size: int(size) },
      ],
    ],
    outputs: ['y'],
  })
}

describe('MatMulNBits with its weights in real numbers', () => {
  for (const bits of [4, 8]) {
    for (const [withZeros, withBias] of [
      [false, false],
      [true, false],
      [true, true],
    ]) {
      it(`computes the same: ${bits} bits, zeros ${withZeros}, bias ${withBias}`, async () => {
        const before = product(bits, withZeros, withBias)
        const after = normalise(before)
        expect(after.graph.nodes.map((node) => node.opType)).toEqual(withBias ? ['MatMul', 'Add'] : ['MatMul'])
        const feeds = { x: [[2, 5, depth], noise([2, 5, depth], 2)] as const }
        const [y, expected] = [await runModel(after, feeds), await runModel(before, feeds)]
        expect(y['y'].dims).toEqual(expected['y'].dims)
        expect(difference(y['y'], expected['y'])).toBeLessThan(1e-5)
      })
    }
  }
})

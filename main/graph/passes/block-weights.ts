import { intAttribute } from '../attributes.ts'
import type { Rule } from '../rewrite.ts'
import { refuseOperator } from './opset/refuse.ts'

/** Value `at` of a row of numbers of 2, 4 or 8 bits, the lowest bits of a byte first. */
function packed(bytes: ArrayLike<number>, row: number, at: number, bits: number): number {
  const bit = at * bits
  return (bytes[row + (bit >> 3)] >> (bit & 7)) & (2 ** bits - 1)
}

/**
 * com.microsoft MatMulNBits → MatMul with real weights: y = A·Wᵀ + bias, W[n, k] = (q[n, k] − zero)·scale, zero and scale per
 * block of `block_size` along k. q is packed, [N, blocks, block_size·bits/8]; zeros are packed per row, or real numbers, or
 * left out: 2^(bits−1).
 *
 * errors  graph.operator: weights, scales or zeros that are computed; an order of columns of its own (g_idx)
 * source  ONNX Runtime, contrib operators
 */
export const matMulNBits: Rule = (node, emit) => {
  const [a, b, scaleName, zeroName, order, bias] = node.inputs
  if (order) refuseOperator(node, 'has an order of columns of its own (g_idx)')
  const [rows, depth] = [intAttribute(node, 'N'), intAttribute(node, 'K')]
  const [bits, size] = [intAttribute(node, 'bits', 4), intAttribute(node, 'block_size')]
  const [bytes, scales] = [emit.numbersOf(b), emit.numbersOf(scaleName)]
  const zeros = zeroName ? emit.numbersOf(zeroName) : null
  if (bytes === null || scales === null || (zeroName && zeros === null)) refuseOperator(node, 'has computed weights')
  if (![2, 4, 8].includes(bits)) refuseOperator(node, `has weights of ${bits} bits`)
  const blocks = Math.ceil(depth / size)
  const rowBytes = blocks * Math.ceil((size * bits) / 8)
  const zeroBytes = Math.ceil((blocks * bits) / 8)
  const isPacked = zeroName !== undefined && emit.constantOf(zeroName)?.type === 'uint8'
  const zeroOf = (n: number, block: number): number => {
    if (zeros === null) return 2 ** (bits - 1)
    return isPacked ? packed(zeros, n * zeroBytes, block, bits) : zeros[n * blocks + block]
  }
  const real = new Float32Array(depth * rows)
  for (let n = 0; n < rows; n++) {
    for (let k = 0; k < depth; k++) {
      const block = Math.floor(k / size)
      const q = packed(bytes, n * rowBytes, k, bits)
      real[k * rows + n] = (q - zeroOf(n, block)) * scales[n * blocks + block]
    }
  }
  const inputs = [a, emit.constant('float', [depth, rows], real)]
  if (bias) emit.add('Add', [emit.add('MatMul', inputs)[0], bias], {}, node.outputs)
  else emit.add('MatMul', inputs, {}, node.outputs)
  return true
}

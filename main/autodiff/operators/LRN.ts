import { floatAttribute, intAttribute } from '../../graph/attributes.ts'
import type { NodeContext } from '../context.ts'
import { sizeOf } from '../dims.ts'
import type { Operator } from '../operator.ts'

/**
 * LRN, local response normalisation across channels: D = bias + (alpha/size)·box(x²), y = x·D^−β. The box covers
 * ⌊(size − 1)/2⌋ channels before and ⌈(size − 1)/2⌉ after.
 *
 *   x  receives g·D^−β − (2αβ/size)·x·boxᵀ(g·y/D); for even sizes boxᵀ is the mirrored box
 *
 * source  ONNX operator set, LRN 1, 13; Krizhevsky, Sutskever & Hinton 2012
 */
export const LRN: Operator = {
  opType: 'LRN',
  domain: '',
  role: 'norm',
  vjp: (c) => {
    const { emit } = c
    const size = intAttribute(c.node, 'size')
    const alpha = floatAttribute(c.node, 'alpha', 1e-4)
    const beta = floatAttribute(c.node, 'beta', 0.75)
    const x = c.input(0)
    const before = Math.floor((size - 1) / 2)
    const after = size - 1 - before
    const power = channelBox(c, emit.mul(x, x), before, after)
    const divisor = emit.add(emit.mul(power, alpha / size), floatAttribute(c.node, 'bias', 1))
    const own = emit.mul(c.g(), emit.pow(divisor, -beta))
    const shared = channelBox(c, emit.div(emit.mul(c.g(), c.output()), divisor), after, before)
    return [emit.sub(own, emit.mul(emit.mul(x, shared), (2 * alpha * beta) / size))]
  },
}

/** Sum over neighbouring channels as a product with a band matrix: [C, C] × [N, C, space]. */
export function channelBox(c: NodeContext, x: string, before: number, after: number): string {
  const { emit } = c
  const [n, channels, ...space] = c.dims()
  const band = new Float32Array(channels * channels)
  for (let row = 0; row < channels; row++) {
    const last = Math.min(channels - 1, row + after)
    for (let column = Math.max(0, row - before); column <= last; column++) band[row * channels + column] = 1
  }
  const flat = emit.reshape(x, [n, channels, sizeOf(space)])
  return emit.reshape(emit.matMul(emit.floats([channels, channels], band), flat), c.dims())
}

import { range, sizeOf } from './dims.ts'
import type { Emit } from './emit.ts'
import type { WindowGeometry } from './windows.ts'

/**
 * What the kernels of a convolution receive, where the network computes them itself (kernels mixed per image, as in CondConv):
 *
 *   W̄(m, c, t) = Σ_{n,o} g(n, m, o) · x(n, c, o·stride + t·dilation − before)
 *
 * A convolution again: the channels of x [C/group, group·N, …in] become its items, g [M, N, …out] its kernels, and strides and
 * dilations change places. Where the stride leaves cells over, more than k places come out; the first k are those of W.
 *
 * returns  [M, C/group, …k]
 * source   Dumoulin & Visin 2016, arXiv:1603.07285
 */
export function kernelGradient(
  emit: Emit,
  g: string,
  x: string,
  w: WindowGeometry & { readonly group: number },
): string {
  const [n, channels] = emit.dims(x)
  const outputs = emit.dims(g)[1]
  const { group, kernel, strides, dilations, before, after, input, output } = w
  const perGroup = channels / group
  const cells = (dims: readonly number[]): number => sizeOf(dims)
  const items = emit.transpose(emit.reshape(x, [n, group, perGroup, cells(input)]), [2, 1, 0, 3])
  const kernels = emit.transpose(emit.reshape(g, [n, outputs, cells(output)]), [1, 0, 2])
  const places = input.map((size, i) => {
    const free = size + before[i] + after[i] - ((output[i] - 1) * strides[i] + 1)
    return Math.floor(free / dilations[i]) + 1
  })
  const summed = emit.conv(
    emit.reshape(items, [perGroup, group * n, ...input]),
    emit.reshape(kernels, [outputs, n, ...output]),
    null,
    { strides: dilations, dilations: strides, pads: [...before, ...after], group },
    [perGroup, outputs, ...places],
  )
  const axes = range(2, 2 + kernel.length)
  const cut = places.every((p, i) => p === kernel[i])
    ? summed
    : emit.slice(
        summed,
        kernel.map(() => 0),
        kernel,
        axes,
      )
  return emit.transpose(cut, [1, 0, ...axes])
}

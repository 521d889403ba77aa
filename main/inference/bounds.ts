import { SaliscopeError } from '../shared/errors.ts'
import { sizeOf, type Tensor, tensor } from '../tensor/tensor.ts'
import type { InputDescription } from './model-under-study.ts'

/**
 * A legal bound of the input as one item [1, …item]: one number for all, one per channel, or a whole item.
 *
 * errors  inference.input: missing, or of a length that is none of the three
 */
export function boundItem(name: string, value: number | Float32Array | null, input: InputDescription): Tensor {
  const { itemDims, channelAxis } = input
  const item = tensor([1, ...itemDims])
  if (value === null) {
    throw new SaliscopeError(
      'inference.input',
      `This composite needs the legal bounds of the input; give ${name} in model space, after preprocessing.`,
      { parameter: name },
    )
  }
  if (typeof value === 'number') {
    item.data.fill(value)
    return item
  }
  if (value.length === item.data.length) {
    item.data.set(value)
    return item
  }
  const channels = channelAxis === null ? 0 : itemDims[channelAxis]
  if (channelAxis === null || value.length !== channels) {
    throw new SaliscopeError(
      'inference.input',
      `The bound ${name} has ${value.length} values; 1, one per channel (${channels}) or one per input value (${item.data.length}) is needed.`,
      { parameter: name },
    )
  }
  const inner = sizeOf(itemDims.slice(channelAxis + 1))
  item.data.forEach((_, i) => {
    item.data[i] = value[Math.floor(i / inner) % channels]
  })
  return item
}

import { z } from 'zod'
import { SaliscopeError } from '../shared/errors.ts'
import { sizeOf, type Tensor } from '../tensor/tensor.ts'

export function isTensor(value: unknown): value is Tensor {
  return (
    typeof value === 'object' &&
    value !== null &&
    'dims' in value &&
    Array.isArray(value.dims) &&
    'data' in value &&
    value.data instanceof Float32Array
  )
}

/** A parameter that is an array (`@file.npy` on the command line). Marked `format: 'array'` in the exported JSON schema. */
export const arraySchema = z
  .custom<Tensor>(isTensor, { message: 'must be an array (@file.npy)' })
  .meta({ format: 'array' })

function refuse(name: string, found: readonly number[], wanted: string): never {
  throw new SaliscopeError(
    'attribution.array-shape',
    `The array ${name} has the shape [${found.join(', ')}], where ${wanted} is needed.`,
    {
      parameter: name,
      found,
    },
  )
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((d, i) => d === b[i])

/**
 * The part of a per-item array that belongs to one item: [...item] or [1, ...item] serves every item, [N, ...item] each its own.
 *
 * errors  attribution.array-shape
 */
export function arrayOfItem(
  name: string,
  array: Tensor,
  item: number,
  items: number,
  itemDims: readonly number[],
): Float32Array {
  const size = sizeOf(itemDims)
  if (same(array.dims, itemDims) || same(array.dims, [1, ...itemDims])) return array.data
  if (same(array.dims, [items, ...itemDims])) return array.data.subarray(item * size, (item + 1) * size)
  refuse(name, array.dims, `[${itemDims.join(', ')}], with or without a batch axis of 1 or ${items},`)
}

/** A list of arrays of the item's shape, e.g. references or noise: [R, ...item] → R. */
export function arrayCount(name: string, array: Tensor, itemDims: readonly number[]): number {
  if (!same(array.dims.slice(1), itemDims)) refuse(name, array.dims, `[count, ${itemDims.join(', ')}]`)
  if (array.dims[0] === 0) refuse(name, array.dims, 'at least one entry')
  return array.dims[0]
}

/** Row r of an array of several. */
export function arrayRow(array: Tensor, row: number): Float32Array {
  const size = sizeOf(array.dims.slice(1))
  return array.data.subarray(row * size, (row + 1) * size)
}

/** Dims with axes of length 1 at the front taken off until the rank fits. */
export function squeezeTo(dims: readonly number[], rank: number): number[] {
  const out = [...dims]
  while (out.length > rank && out[0] === 1) out.shift()
  return out
}

/** Requires exactly these dims, leading axes of length 1 apart. */
export function requireDims(name: string, array: Tensor, wanted: readonly number[]): void {
  if (!same(squeezeTo(array.dims, wanted.length), wanted)) refuse(name, array.dims, `[${wanted.join(', ')}]`)
}

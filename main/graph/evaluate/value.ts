import { sizeOf } from '../../tensor/tensor.ts'
import { makeConstant, numbersOf } from '../constants.ts'
import type { ConstantTensor, ElementType, Node } from '../model.ts'

/** A tensor whose numbers are known: integers and booleans as doubles, float32 as float32. C order. */
export interface Value {
  readonly type: ElementType
  readonly dims: readonly number[]
  readonly data: ArrayLike<number>
}

/** A function from a node and its known inputs (null where absent) to its outputs, or null when it cannot say. */
export type Evaluator = (node: Node, inputs: readonly (Value | null)[]) => readonly Value[] | null

export function storage(type: ElementType, size: number): Float32Array | Float64Array {
  return type === 'float' ? new Float32Array(size) : new Float64Array(size)
}

export function valueOfConstant(constant: ConstantTensor, directory: string | null): Value {
  return { type: constant.type, dims: constant.dims, data: numbersOf(constant, directory) }
}

export function constantOfValue(name: string, value: Value): ConstantTensor {
  return makeConstant(name, value.type, value.dims, value.data)
}

export function integers(value: Value): number[] {
  return Array.from(value.data)
}

/** Distance in elements between neighbours along each axis. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length)
  let step = 1
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    strides[axis] = step
    step *= dims[axis]
  }
  return strides
}

/** An axis counted from the front; null when outside the rank. */
export function axisFromFront(axis: number, rank: number): number | null {
  const front = axis < 0 ? axis + rank : axis
  return Number.isInteger(front) && front >= 0 && front < rank ? front : null
}

/** The shape two or more shapes broadcast to, or null when they do not fit. */
export function broadcastDims(...shapes: readonly (readonly number[])[]): number[] | null {
  const rank = Math.max(0, ...shapes.map((s) => s.length))
  const dims = new Array<number>(rank).fill(1)
  for (const shape of shapes) {
    for (let i = 0; i < shape.length; i++) {
      const axis = rank - shape.length + i
      if (shape[i] === 1) continue
      if (dims[axis] !== 1 && dims[axis] !== shape[i]) return null
      dims[axis] = shape[i]
    }
  }
  return dims
}

/**
 * Visits every element of a box in C order with the matching offsets into several arrays, each given by one step per
 * axis (0 where it is broadcast).
 */
export function visit(
  dims: readonly number[],
  steps: readonly (readonly number[])[],
  each: (at: number, offsets: readonly number[]) => void,
): void {
  const size = sizeOf(dims)
  const index = new Array<number>(dims.length).fill(0)
  const offsets = new Array<number>(steps.length).fill(0)
  for (let at = 0; at < size; at++) {
    each(at, offsets)
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      index[axis] += 1
      for (let k = 0; k < steps.length; k++) offsets[k] += steps[k][axis]
      if (index[axis] < dims[axis]) break
      for (let k = 0; k < steps.length; k++) offsets[k] -= steps[k][axis] * dims[axis]
      index[axis] = 0
    }
  }
}

/** Steps that read an array of shape `from` as if broadcast to `to`. */
export function broadcastSteps(from: readonly number[], to: readonly number[]): number[] {
  const strides = stridesOf(from)
  return to.map((_, axis) => {
    const own = axis - (to.length - from.length)
    return own < 0 || from[own] === 1 ? 0 : strides[own]
  })
}

/** Rearranges: result[i] = source[start + Σ index·step]. */
export function pick(value: Value, dims: readonly number[], steps: readonly number[], start = 0): Value {
  const data = storage(value.type, sizeOf(dims))
  visit(dims, [steps], (at, [offset]) => {
    data[at] = value.data[start + offset]
  })
  return { type: value.type, dims: [...dims], data }
}

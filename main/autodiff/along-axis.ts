import { sizeOf } from './dims.ts'
import type { Emit } from './emit.ts'

/** Multiplies along one axis by a matrix [to, from]: x […, from, …] → […, to, …]. */
export function matrixAlongAxis(emit: Emit, x: string, axis: number, matrix: string): string {
  const dims = emit.dims(x)
  const [to, from] = emit.dims(matrix)
  const outer = sizeOf(dims.slice(0, axis))
  const inner = sizeOf(dims.slice(axis + 1))
  const result = [...dims.slice(0, axis), to, ...dims.slice(axis + 1)]
  if (inner === 1) {
    // Rows of one matrix product instead of many small ones.
    return emit.reshape(emit.gemm(emit.reshape(x, [outer, from]), matrix, false, true), result)
  }
  return emit.reshape(emit.matMul(matrix, emit.reshape(x, [outer, from, inner])), result)
}

/** y[…, from[o], …] += x[…, o, …] into zeros of `size` along one axis, for constant places; many may be the same. */
export function scatterAlongAxis(emit: Emit, x: string, axis: number, from: readonly number[], size: number): string {
  const matrix = new Float32Array(size * from.length)
  from.forEach((cell, o) => {
    matrix[cell * from.length + o] += 1
  })
  return matrixAlongAxis(emit, x, axis, emit.floats([size, from.length], matrix))
}

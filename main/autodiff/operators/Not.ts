import { zero } from '../operator.ts'

/**
 * Not: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, Not
 */
export const Not = zero('Not')

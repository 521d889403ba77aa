import { zero } from '../operator.ts'

/**
 * Bernoulli: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, Bernoulli
 */
export const Bernoulli = zero('Bernoulli')

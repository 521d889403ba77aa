import { SaliscopeError } from '../../shared/errors.ts'

/** A rule for nodes that are linear in their input. */
export type LinearRule = 'epsilon' | 'zplus' | 'alpha2-beta1' | 'gamma' | 'flat' | 'box'

/** Which linear node takes which rule; all else is the same in every composite (rules/lrp.ts). */
export interface Composite {
  readonly convolution: LinearRule
  readonly dense: LinearRule
  /** Rule of the first linear node on every path from the input; null = none of its own. */
  readonly first: LinearRule | null
}

/** The composites by the names the reference contract gives them; defaults as in zennit 0.5. */
export const composites: Readonly<Record<string, Composite>> = {
  epsilon: { convolution: 'epsilon', dense: 'epsilon', first: null },
  zplus: { convolution: 'zplus', dense: 'zplus', first: null },
  gamma: { convolution: 'gamma', dense: 'gamma', first: null },
  'epsilon-plus': { convolution: 'zplus', dense: 'epsilon', first: null },
  'epsilon-plus-flat': { convolution: 'zplus', dense: 'epsilon', first: 'flat' },
  'epsilon-alpha2-beta1': { convolution: 'alpha2-beta1', dense: 'epsilon', first: null },
  'epsilon-alpha2-beta1-flat': { convolution: 'alpha2-beta1', dense: 'epsilon', first: 'flat' },
  'epsilon-gamma-box': { convolution: 'gamma', dense: 'epsilon', first: 'box' },
}

/** errors  autodiff.parameter: no composite has this name */
export function compositeNamed(name: string): Composite {
  const found = Object.hasOwn(composites, name) ? composites[name] : undefined
  if (found) return found
  throw new SaliscopeError(
    'autodiff.parameter',
    `There is no composite "${name}"; choose one of ${Object.keys(composites).join(', ')}.`,
    { composite: name },
  )
}

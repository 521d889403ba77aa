import type { Method } from '../attribution/method.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * What must be said of maps without any evidence, which look like a calm answer. Class activation maps have none where nothing speaks
 * for the class, other maps where the score is saturated or quantised; controls follow no score.
 *
 * map  [N, …]
 */
export function zeroMapWarnings({ family }: Pick<Method<unknown>, 'family'>, { dims, data }: Tensor): string[] {
  if (family === 'control') return []
  const [items] = dims
  const size = data.length / items
  const empty = Array.from({ length: items }, (_, n) => n).filter((n) =>
    data.subarray(n * size, (n + 1) * size).every((v) => v === 0),
  )
  if (empty.length === 0) return []
  const which = items === 1 ? '' : ` for ${empty.length} of ${items} items`
  if (family === 'cam') return [`No positive evidence: the map is zero everywhere${which}.`]
  return [
    `The map is zero everywhere${which}: nothing that the method follows or changes moves the score. The score may be saturated or quantised there; explain the logit, or the file before quantisation.`,
  ]
}

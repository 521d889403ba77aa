import { floatAttribute, intAttribute } from '../../graph/attributes.ts'
import { sizeOf } from '../dims.ts'
import { normalised, perChannel, throughNorm } from '../normalise.ts'
import type { Operator } from '../operator.ts'

/**
 * GroupNormalization: x̂ over the channels of each of `num_groups` groups and all spatial axes, y = γ·x̂ + β.
 * γ has one value per group (operator set 18) or per channel (21).
 *
 * source  ONNX operator set, GroupNormalization 18, 21; Wu & He 2018, arXiv:1803.08494
 */
export const GroupNormalization: Operator = {
  opType: 'GroupNormalization',
  domain: '',
  role: 'norm',
  vjp: (c) => {
    const { emit } = c
    const [n, channels, ...space] = c.dims()
    const groups = intAttribute(c.node, 'num_groups')
    const grouped = [n, groups, channels / groups, sizeOf(space)]
    const x = emit.reshape(c.input(0), grouped)
    const perGroup = emit.dims(c.input(1))[0] === groups && groups !== channels
    const scale = perGroup
      ? emit.reshape(emit.mul(emit.reshape(c.g(), grouped), emit.reshape(c.input(1), [groups, 1, 1])), grouped)
      : emit.reshape(emit.mul(c.g(), perChannel(c, c.input(1), space.length + 2)), grouped)
    const parts = normalised(emit, x, [2, 3], floatAttribute(c.node, 'epsilon', 1e-5))
    return [emit.reshape(throughNorm(emit, scale, [2, 3], parts), c.dims())]
  },
}

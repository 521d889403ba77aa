import { floatAttribute, intAttribute } from '../../graph/attributes.ts'
import { sizeOf } from '../dims.ts'
import { normOperator, perChannel } from '../normalise.ts'

/**
 * GroupNormalization: x̂ over the channels of each of `num_groups` groups and all spatial axes, y = γ·x̂ + β.
 * γ has one value per group (operator set 18) or per channel (21).
 *
 * source  ONNX operator set, GroupNormalization 18, 21; Wu & He 2018, arXiv:1803.08494
 */
export const GroupNormalization = normOperator('GroupNormalization', (c) => {
  const { emit } = c
  const [n, channels, ...space] = c.dims()
  const groups = intAttribute(c.node, 'num_groups')
  const view = [n, groups, channels / groups, sizeOf(space)]
  const perGroup = emit.dims(c.input(1))[0] === groups && groups !== channels
  return {
    view,
    axes: [2, 3],
    epsilon: floatAttribute(c.node, 'epsilon', 1e-5),
    centred: true,
    scaled: (g) =>
      perGroup
        ? emit.mul(emit.reshape(g, view), emit.reshape(c.input(1), [groups, 1, 1]))
        : emit.reshape(emit.mul(g, perChannel(c, c.input(1), space.length + 2)), view),
  }
})

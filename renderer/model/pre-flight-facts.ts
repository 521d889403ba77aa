import type { ModelReport } from '../../main/shared/domain/model.ts'
import { groupBy } from '../ui/group-by.ts'

/** Reasons why methods cannot run, each with the methods it blocks, in the order of the list. */
export function blockedByReason(
  methods: ModelReport['methods'],
): { readonly reason: string; readonly ids: string[] }[] {
  const blocked = methods.filter(({ available }) => !available)
  return [...groupBy(blocked, ({ reason }) => reason)].map(([reason, list]) => ({
    reason,
    ids: list.map(({ id }) => id),
  }))
}

/**
 * The last layer of each spatial resolution, coarsest first: the ends of a network's stages, which class activation maps
 * usually look at. The default layer is always among them.
 *
 * layers  in the order of computation; dims are [channels, …space]
 */
export function stageLayers(layers: ModelReport['camLayers']): ModelReport['camLayers'] {
  const last = new Map<string, ModelReport['camLayers'][number]>()
  for (const layer of layers) {
    const resolution = layer.dims.slice(1).join()
    if (last.get(resolution)?.isDefault) continue
    last.delete(resolution)
    last.set(resolution, layer)
  }
  return [...last.values()].reverse()
}

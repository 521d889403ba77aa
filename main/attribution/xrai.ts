import { z } from 'zod'
import { SaliscopeError } from '../shared/errors.ts'
import type { Run } from '../shared/run.ts'
import { mergeChannels } from '../tensor/merge.ts'
import { tensor } from '../tensor/tensor.ts'
import { arrayOfItem, arraySchema } from './array-parameter.ts'
import { type ItemGeometry, itemGeometry } from './item-geometry.ts'
import type { Attribution, Method, MethodInput } from './method.ts'
import { parseParameters } from './parameters.ts'
import { pixelMethods } from './pixel-methods.ts'
import { growFast, growFull, type Region } from './region-growing.ts'
import { checkSignal, quietly, rowsOfBatch, streamScores } from './rows.ts'
import { automaticRegions, givenRegions } from './xrai-regions.ts'

const parameters = z.strictObject({
  base: z.union([z.string(), arraySchema]).default('integrated-gradients').meta({
    title: 'Base',
    description:
      'The attribution that regions are ranked by: a pixel method (its parameters are written base.NAME), or an array of the input’s shape.',
  }),
  baseParameters: z.record(z.string(), z.unknown()).default({}).meta({
    title: 'Parameters of the base',
    description: 'Written base.NAME; integrated-gradients starts from steps=100, rule=inclusive, baseline=black-white.',
  }),
  algorithm: z
    .enum(['full', 'fast'])
    .default('full')
    .meta({ title: 'Algorithm', description: 'full: regions are ranked anew after every choice; fast: once.' }),
  segments: arraySchema.optional().meta({
    format: 'array',
    title: 'Segments',
    description: 'Label maps [K, …spatial]; every label of every level is one region, used as given.',
  }),
})
export type XraiParameters = z.infer<typeof parameters>

/** A region must add at least this many positions. */
export const leastNewPositions = 50

/** PAIR's setting of the base, not the defaults of integrated gradients. */
const baseDefaults = { steps: 100, rule: 'inclusive', baseline: 'black-white' }

function findBase(base: string): Method<unknown> {
  const method = pixelMethods.find((m) => m.id === base)
  if (method) return method
  throw new SaliscopeError(
    'attribution.parameter',
    `xrai cannot take "${base}" for base; it takes ${pixelMethods.map((m) => m.id).join(', ')} or an array (@file.npy).`,
    { parameter: 'base' },
  )
}

function baseOf(p: XraiParameters): { method: Method<unknown>; parameters: unknown } | null {
  if (typeof p.base !== 'string') return null
  const method = findBase(p.base)
  const defaults = method.id === 'integrated-gradients' ? baseDefaults : {}
  return { method, parameters: parseParameters(method, { ...defaults, ...p.baseParameters }) }
}

/** Attribution of every item, channels merged by their maximum, and the scores. */
async function baseAttribution(input: MethodInput, p: XraiParameters, geometry: ItemGeometry, run: Run) {
  const { x } = input
  const items = x.dims[0]
  const base = baseOf(p)
  const merged = (data: Float32Array) => mergeChannels(data, geometry.itemDims, geometry.channelAxis, 'max')
  if (base) {
    const { map, scores, warnings } = await base.method.run(input, base.parameters, run)
    const parts = Array.from({ length: items }, (_, item) =>
      merged(map.data.subarray(item * geometry.size, (item + 1) * geometry.size)),
    )
    return { parts, scores, warnings }
  }
  const array = p.base
  if (typeof array === 'string') throw new Error('a base method was found above')
  const scores = new Float64Array(items)
  await streamScores(input.model, input.target, rowsOfBatch(x), quietly(run), 'score', (row, score) => {
    scores[row] = score
  })
  return {
    parts: Array.from({ length: items }, (_, item) =>
      merged(arrayOfItem('base', array, item, items, geometry.itemDims)),
    ),
    scores,
    warnings: [],
  }
}

/** One item's map from its attribution per position and its regions; shared with the control `random-xrai`. */
export function rankRegions(
  attribution: Float64Array,
  regions: readonly Region[],
  algorithm: 'full' | 'fast',
): Float64Array {
  return (algorithm === 'full' ? growFull : growFast)(attribution, regions, leastNewPositions)
}

export const volumeWarning =
  'XRAI’s source defines no segmentation of volumes: they were cut by Felzenszwalb’s method in 3-D at their own size.'

/**
 * XRAI: regions of several segmentations, ranked by the mean attribution of what they add.
 *
 * input   x  [N, …item]; channels of the base attribution are merged by their maximum
 * output  [N, 1, …spatial]: every position the mean of the region that brought it in; units of the base attribution. Plateaus tie
 * check   none
 * cost    the base: 200 gradients by default, none with a given attribution
 * errors  attribution.array-shape (base, segments), attribution.parameter (base, base.NAME)
 * source  Kapishnikov et al. 2019, arXiv:1906.02825; PAIR saliency XRAI
 */
export const xrai: Method<XraiParameters> = {
  id: 'xrai',
  version: 1,
  title: 'XRAI',
  summary:
    'Image regions ranked by the mean attribution of what each adds. Most of it survives an untrained network: see random-xrai.',
  source: 'Kapishnikov et al. 2019, arXiv:1906.02825',
  family: 'gradient',
  output: 'position',
  needs: ['gradients', 'scores'],
  parameters,
  cost(p, itemDims) {
    const base = baseOf(p)
    return base ? base.method.cost(base.parameters, itemDims) : { forward: 1, gradient: 0 }
  },
  async run(input, p, run): Promise<Attribution> {
    const geometry = itemGeometry(input.model.input)
    const items = input.x.dims[0]
    const { parts, scores, warnings } = await baseAttribution(input, p, geometry, run)
    const map = tensor([items, 1, ...geometry.spatialDims])
    for (let item = 0; item < items; item++) {
      checkSignal(run)
      run.progress(item, items, 'regions')
      const own = input.x.data.subarray(item * geometry.size, (item + 1) * geometry.size)
      const regions = p.segments ? givenRegions(p.segments, geometry) : automaticRegions(own, geometry)
      map.data.set(rankRegions(parts[item], regions, p.algorithm), item * geometry.positions)
    }
    run.progress(items, items, 'regions')
    const volume = !p.segments && geometry.spatialDims.length !== 2
    return { map, scores, check: null, warnings: [...warnings, ...(volume ? [volumeWarning] : [])] }
  },
}

import type { Method } from '../../attribution/method.ts'
import { type LanePlan, lanesMb } from '../../inference/lanes/lane-plan.ts'
import type { OwnWork } from './own-work.ts'
import type { Rates } from './rates.ts'

/** What a prediction is made from. */
export interface CostModel {
  readonly rates: Rates
  /** What methods do besides the passes of the model. */
  readonly own: OwnWork
  /** Bytes of one item's activations, and of the weights. */
  readonly activationBytes: number
  readonly weightBytes: number
  readonly itemDims: readonly number[]
  /** Channels of the default layer: methods that hide one channel after the other run once for each. */
  readonly layerChannels: number
  chunk(variant: string): number
  /** How a kind of run is shared out among threads; null: its runs follow each other. */
  lanes(variant: string): LanePlan | null
}

export interface Predicted {
  readonly predictedMs: number | null
  readonly predictedMb: number | null
}

export const NOT_PREDICTED: Predicted = { predictedMs: null, predictedMb: null }

/** Multiples of a forward pass' activations that stay alive; as the memory plan counts them. */
const KEEPS = { scores: 1, gradient: 3, layer: 3, relevance: 8, multipliers: 8 } as const
/** Fewer passes than this are run as they come, more in batches. */
const FEW = 4

const MB = 2 ** 20

type Variant = keyof typeof KEEPS

/** Which graph a method spends its time in. */
function variantOf(method: Method<unknown>, gradients: number): Variant {
  if (method.id === 'lrp') return 'relevance'
  if (method.id === 'deeplift' || method.id === 'deepshap') return 'multipliers'
  if (method.needs.includes('activations') && !method.needs.includes('rules')) return 'layer'
  return gradients > 0 ? 'gradient' : 'scores'
}

interface Passes {
  readonly forward: number
  readonly gradient: number
}

/** These take one gradient after the other, each of a point that the last one decided. */
const ONE_BY_ONE = new Set(['guided-integrated-gradients'])

type PassModel = Pick<CostModel, 'itemDims' | 'layerChannels'>

function passesOf(method: Method<unknown>, parameters: unknown, cost: PassModel): Passes {
  const { forward, gradient } = method.cost(parameters, cost.itemDims)
  const perChannel = method.needs.includes('activations') && method.needs.includes('scores')
  return { forward: perChannel ? cost.layerChannels : forward, gradient }
}

/** Passes of one item with the method's own defaults; null where a required array decides them. */
export function rowsOf(method: Method<unknown>, cost: PassModel): number | null {
  const parsed = method.parameters.safeParse({})
  if (!parsed.success) return null
  const { forward, gradient } = passesOf(method, parsed.data, cost)
  return forward + gradient
}

function timeOf(method: Method<unknown>, variant: Variant, { forward, gradient }: Passes, rates: Rates): number | null {
  const forwards = forward * (forward >= FEW ? rates.forwardInBatch : rates.forward)
  if (variant === 'relevance' && rates.relevance !== null) return rates.relevance
  // One multiplier graph holds the runs on the input and on the reference.
  if (variant === 'multipliers' && rates.multipliers !== null) return Math.max(1, gradient) * rates.multipliers
  if (variant === 'layer' && rates.layer !== null) {
    const behind = method.id === 'ablation-cam' && rates.fromLayer !== null
    return (behind ? forward * (rates.fromLayer ?? 0) : forwards) + gradient * rates.layer
  }
  if (gradient === 0) return forwards
  if (method.needs.includes('activations') && rates.gradient !== null)
    return forwards + rates.gradient + (rates.layer ?? rates.gradient)
  const one = gradient >= FEW && !ONE_BY_ONE.has(method.id) ? (rates.gradientInBatch ?? rates.gradient) : rates.gradient
  return one === null ? null : forwards + gradient * one
}

/** Predicted time and memory of one item with the method's own defaults; null where a required array decides them. */
export function predict(method: Method<unknown>, cost: CostModel): Predicted {
  const parsed = method.parameters.safeParse({})
  if (!parsed.success) return NOT_PREDICTED
  const passes = passesOf(method, parsed.data, cost)
  const variant = variantOf(method, passes.gradient)
  const passesMs = timeOf(method, variant, passes, cost.rates)
  if (passesMs === null) return NOT_PREDICTED
  const predictedMs = passesMs + (cost.own.get(method.id) ?? 0)
  const rows = Math.max(1, Math.ceil(passes.gradient > 0 ? passes.gradient : passes.forward))
  return { predictedMs, predictedMb: Math.ceil(memoryOf(variant, rows, cost)) }
}

/** MB of the runs at a time, weights included. */
function memoryOf(variant: Variant, rows: number, cost: CostModel): number {
  const [weightsMb, itemMb] = [cost.weightBytes / MB, (cost.activationBytes * KEEPS[variant]) / MB]
  const side = cost.lanes(variant)
  if (side !== null && rows >= side.lanes) return lanesMb(side, weightsMb, itemMb)
  return weightsMb + itemMb * Math.min(rows, 32, cost.chunk(variant))
}

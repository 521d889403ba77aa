import { quantile } from '../tensor/quantile.ts'

export interface GuidedPathOptions {
  readonly steps: number
  readonly fraction: number
  readonly maximumDistance: number
}

/** Where a guided path stands; one per item, moved by `advance` once per gradient. */
export interface GuidedPath {
  readonly start: Float64Array
  readonly end: Float64Array
  readonly here: Float64Array
  readonly attribution: Float64Array
  /** ‖end − start‖₁. */
  readonly total: number
}

export function guidedPath(start: Float32Array | Float64Array, end: Float32Array): GuidedPath {
  let total = 0
  for (let i = 0; i < end.length; i++) total += Math.abs(end[i] - start[i])
  const from = Float64Array.from(start)
  return {
    start: from,
    end: Float64Array.from(end),
    here: from.slice(),
    attribution: new Float64Array(end.length),
    total,
  }
}

function distanceLeft({ here, end }: GuidedPath): number {
  let sum = 0
  for (let i = 0; i < here.length; i++) sum += Math.abs(here[i] - end[i])
  return sum
}

const closeTo = (a: number, b: number): boolean =>
  Math.abs(a - b) <= Math.max(1e-9 * Math.max(Math.abs(a), Math.abs(b)), 1e-9)

/** Features behind the corridor jump to its near end; a feature with no way to go counts as at the far end. */
function catchUp(path: GuidedPath, low: number, high: number): void {
  const { start, end, here } = path
  for (let i = 0; i < here.length; i++) {
    const span = end[i] - start[i]
    const alpha = span === 0 ? high : (here[i] - start[i]) / span
    if (alpha < low) here[i] = start[i] + span * low
  }
}

/** Features that may move now: gradient magnitude at most the lower `fraction` quantile, those at the far end never. */
function selectSmallest(path: GuidedPath, gradient: ArrayLike<number>, high: number, fraction: number): number[] {
  const { start, end, here } = path
  const sizes = new Float64Array(here.length)
  for (let i = 0; i < sizes.length; i++) {
    const farthest = start[i] + (end[i] - start[i]) * high
    sizes[i] = here[i] === farthest ? Number.POSITIVE_INFINITY : Math.abs(gradient[i])
  }
  const threshold = quantile(sizes, fraction, 'lower')
  const chosen: number[] = []
  for (let i = 0; i < sizes.length; i++) if (sizes[i] <= threshold && Number.isFinite(sizes[i])) chosen.push(i)
  return chosen
}

/** Moves the chosen features towards the far end until `goal` is left; true when the goal was reached. */
function moveChosen(path: GuidedPath, chosen: readonly number[], high: number, left: number, goal: number): boolean {
  const { start, end, here } = path
  const farthest = (i: number) => start[i] + (end[i] - start[i]) * high
  let reach = 0
  for (const i of chosen) reach += Math.abs(here[i] - farthest(i))
  const share = reach > 0 ? (left - goal) / reach : Number.POSITIVE_INFINITY
  for (const i of chosen) here[i] = share > 1 ? farthest(i) : here[i] + (farthest(i) - here[i]) * share
  return share <= 1
}

function collect({ here, attribution }: GuidedPath, before: Float64Array, gradient: ArrayLike<number>): void {
  for (let i = 0; i < here.length; i++) attribution[i] += (here[i] - before[i]) * gradient[i]
}

/**
 * One step of guided integrated gradients: features with the smallest gradients move first, inside a corridor around the straight
 * line, until the step's share of the L1 distance is covered. All arithmetic in double precision.
 *
 * step    0 … steps − 1; gradient is that of the model at `here`
 * source  Kapishnikov et al. 2021, arXiv:2106.09788; PAIR saliency GuidedIG
 */
export function advance(
  path: GuidedPath,
  gradient: ArrayLike<number>,
  step: number,
  { steps, fraction, maximumDistance }: GuidedPathOptions,
): void {
  if (path.total === 0) return
  const alpha = (step + 1) / steps
  const low = Math.max(alpha - maximumDistance, 0)
  const high = Math.min(alpha + maximumDistance, 1)
  const goal = path.total * (1 - alpha)
  // Each round either ends the step or brings at least one feature to the far end.
  for (let round = 0; round <= path.here.length; round++) {
    const before = path.here.slice()
    catchUp(path, low, high)
    const left = distanceLeft(path)
    const done =
      closeTo(goal, left) || moveChosen(path, selectSmallest(path, gradient, high, fraction), high, left, goal)
    collect(path, before, gradient)
    if (done) return
  }
}

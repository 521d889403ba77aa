// The comparison rules of check.mjs, so that a case passes here exactly when it passes through the command line.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { readNpy, readTensor } from '../../main/tensor/npy.ts'
import type { Tensor } from '../../main/tensor/tensor.ts'

export interface Tolerance {
  readonly kind: 'map' | 'relative' | 'absolute' | 'labels'
  readonly cosine?: number
  readonly outliers?: number
  readonly scale?: number
  readonly value?: number
  readonly agreement?: number
}

export interface GoldenCase {
  readonly id: string
  readonly command: 'explain' | 'measure' | 'segment' | 'statistics'
  readonly method: string
  readonly model?: string
  readonly input?: string
  readonly map?: string
  readonly other?: string
  readonly mask?: string
  readonly target?: number
  readonly layer?: string
  readonly set?: Readonly<Record<string, unknown>>
  readonly expected: string | Readonly<Record<string, unknown>>
  readonly tolerance: Tolerance
}

export interface NumberArray {
  readonly shape: readonly number[]
  readonly values: ArrayLike<number>
}

/** A relative tolerance never asks for more than this in absolute terms. */
const FLOOR = 1e-9

export function readCases(folder: string): readonly GoldenCase[] {
  return JSON.parse(readFileSync(path.join(folder, 'cases.json'), 'utf8')) as GoldenCase[]
}

export function readArray(folder: string, name: string): NumberArray {
  const array = readNpy(readFileSync(path.join(folder, name)), name)
  return { shape: array.dims, values: array.data instanceof BigInt64Array ? Float64Array.from(array.data, Number) : array.data }
}

export function readInput(folder: string, name: string): Tensor {
  return readTensor(readFileSync(path.join(folder, name)), name)
}

/** The values of `set`, arrays ("@path.npy") read. */
export function readSet(folder: string, set: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(set).map(([name, value]) => [name, typeof value === 'string' && value.startsWith('@') ? readInput(folder, value.slice(1)) : value]),
  )
}

const round = (x: number): number => Number(x.toPrecision(6))

function largest(values: ArrayLike<number>): number {
  let most = 0
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]))
  return most
}

function compareMap(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: Tolerance): string | undefined {
  const { cosine = 1, outliers = 0, scale = 0 } = tolerance
  const limit = Math.max(scale * largest(expected), FLOOR)
  let dot = 0
  let aa = 0
  let ee = 0
  let off = 0
  let worst = 0
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i] - expected[i])
    dot += actual[i] * expected[i]
    aa += actual[i] ** 2
    ee += expected[i] ** 2
    worst = Math.max(worst, difference)
    if (difference > limit) off++
  }
  const reached = aa > 0 && ee > 0 ? dot / Math.sqrt(aa * ee) : aa === ee ? 1 : 0
  if (reached >= cosine && off <= outliers * expected.length) return undefined
  return `cosine ${round(reached)} (at least ${cosine}), ${off} of ${expected.length} elements off by more than ${round(limit)} (at most ${outliers * 100} %), worst ${round(worst)}`
}

/** Absolute, or relative to the largest expected magnitude of this entry (a number, or a whole array). */
function compareNumbers(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: Tolerance): string | undefined {
  if (tolerance.kind !== 'relative' && tolerance.kind !== 'absolute') return `tolerance kind ${tolerance.kind} does not fit this value`
  const value = tolerance.value ?? 0
  const allowed = tolerance.kind === 'relative' ? Math.max(value * largest(expected), FLOOR) : value
  let at = 0
  for (let i = 1; i < expected.length; i++) if (Math.abs(actual[i] - expected[i]) > Math.abs(actual[at] - expected[at])) at = i
  const off = Math.abs(actual[at] - expected[at])
  if (!(off > allowed)) return undefined
  return `${round(actual[at])} instead of ${round(expected[at])}${expected.length > 1 ? ` at element ${at}` : ''}, off by ${round(off)}, allowed ${round(allowed)}`
}

export function adjustedRandIndex(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const pairs = (n: number) => (n * (n - 1)) / 2
  const tally = (keys: readonly (string | number)[]) => keys.reduce((m, k) => m.set(k, (m.get(k) ?? 0) + 1), new Map<string | number, number>())
  const sum = (counts: ReadonlyMap<unknown, number>) => [...counts.values()].reduce((s, n) => s + pairs(n), 0)
  const first = Array.from(a)
  const second = Array.from(b)
  const both = sum(tally(first.map((x, i) => `${x} ${second[i]}`)))
  const left = sum(tally(first))
  const right = sum(tally(second))
  const chance = (left * right) / pairs(first.length)
  const most = (left + right) / 2
  return most === chance ? 1 : (both - chance) / (most - chance)
}

/** undefined when the array agrees, else what is wrong. */
export function compareArrays(actual: NumberArray, expected: NumberArray, tolerance: Tolerance): string | undefined {
  const squeeze = (shape: readonly number[]) => (tolerance.kind === 'labels' ? shape.filter((n) => n !== 1) : shape).join(', ')
  if (squeeze(actual.shape) !== squeeze(expected.shape)) return `shape [${actual.shape}] instead of [${expected.shape}]`
  for (let i = 0; i < actual.values.length; i++) if (!Number.isFinite(actual.values[i])) return `element ${i} is ${actual.values[i]}`
  if (tolerance.kind === 'map') return compareMap(actual.values, expected.values, tolerance)
  if (tolerance.kind !== 'labels') return compareNumbers(actual.values, expected.values, tolerance)
  const agreement = adjustedRandIndex(actual.values, expected.values)
  return agreement >= (tolerance.agreement ?? 1) ? undefined : `adjusted Rand index ${round(agreement)}, at least ${tolerance.agreement} needed`
}

function shapeOf(value: unknown): number[] {
  return Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : []
}

/** One named value of an answer; dots in the name lead into nested objects. */
function compareEntry(name: string, answer: Readonly<Record<string, unknown>>, expected: unknown, tolerance: Tolerance): string | undefined {
  const actual = name.split('.').reduce<unknown>((o, key) => (o as Record<string, unknown> | null | undefined)?.[key], answer)
  if (expected === null) {
    if (actual !== null) return `${name}: ${JSON.stringify(actual)} instead of null`
    return typeof answer['reason'] === 'string' && answer['reason'].trim() ? undefined : `${name}: null without a reason`
  }
  if (typeof expected === 'string' || typeof expected === 'boolean') {
    return actual === expected ? undefined : `${name}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`
  }
  if (actual === undefined) return `${name}: missing`
  if (shapeOf(actual).join() !== shapeOf(expected).join()) return `${name}: shape [${shapeOf(actual)}] instead of [${shapeOf(expected)}]`
  const flat = [actual].flat(Number.POSITIVE_INFINITY) as number[]
  const wanted = [expected].flat(Number.POSITIVE_INFINITY) as number[]
  if (flat.length !== wanted.length || !flat.every((v) => Number.isFinite(v))) return `${name}: not all values are numbers`
  const problem = compareNumbers(flat, wanted, tolerance)
  return problem && `${name}: ${problem}`
}

/** Compares a JSON answer with the expected entries of a case; undefined when all agree. */
export function compareAnswer(answer: Readonly<Record<string, unknown>>, expected: Readonly<Record<string, unknown>>, tolerance: Tolerance): string | undefined {
  const problems = Object.entries(expected).flatMap(([name, value]) => compareEntry(name, answer, value, tolerance) ?? [])
  return problems.length > 0 ? problems.join('; ') : undefined
}

import type { Finding } from '../../shared/domain/finding.ts'
import { dot, length, scale, subtract, type Vector3 } from '../../shared/geometry/affine.ts'

export interface StackGeometry {
  /** Displacement from one slice of the grid to the next, LPS mm; it need not be parallel to the normal. */
  readonly step: Vector3
  /** Slices of the grid, missing ones included. */
  readonly slices: number
  /** Slice of the grid each given position stands on. */
  readonly places: readonly number[]
  readonly findings: readonly Finding[]
}

/**
 * Measures a stack from positions sorted along its normal: step, gaps, uneven spacing, tilt.
 *
 * Tolerance of a step: 1 % or 0.01 mm, the larger. A gap that is a multiple of the step is left open, so that everything behind it stays
 * where it was scanned.
 */
export function measureStack(positions: readonly Vector3[], normal: Vector3, thicknessMm: number): StackGeometry {
  const count = positions.length
  if (count === 1) return { step: scale(normal, thicknessMm), slices: 1, places: [0], findings: [] }
  const along = positions.map((p) => dot(p, normal))
  const steps = along.slice(1).map((at, n) => at - along[n])
  const base = baseStep(steps)
  const multiples = steps.map((step) => Math.round(step / base))
  const even = steps.every(
    (step, n) => multiples[n] >= 1 && Math.abs(step - multiples[n] * base) <= tolerance(base) * multiples[n],
  )
  const total = multiples.reduce((a, b) => a + b, 0)
  const gaps = even && total > count - 1 && total <= 4 * count
  const slices = gaps ? total + 1 : count
  const places = gaps ? runningSum(multiples) : positions.map((_, n) => n)
  const step = scale(subtract(positions[count - 1], positions[0]), 1 / (slices - 1))
  const findings = [
    ...spacingFindings(steps, base, even, gaps, total - count + 1),
    ...tiltFindings(step, normal, positions, places),
  ]
  return { step, slices, places, findings }
}

function tolerance(step: number): number {
  return Math.max(0.01 * step, 0.01)
}

/** The smallest step, averaged over all that equal it, when the others are multiples of it; else the median. */
function baseStep(steps: readonly number[]): number {
  const sorted = [...steps].sort((a, b) => a - b)
  const smallest = sorted[0]
  const median = sorted[Math.floor(sorted.length / 2)]
  const near = sorted.filter((s) => s - smallest <= tolerance(smallest))
  const mean = near.reduce((a, b) => a + b, 0) / near.length
  const divides = sorted.every(
    (s) => Math.abs(s - Math.round(s / mean) * mean) <= tolerance(mean) * Math.round(s / mean),
  )
  return divides ? mean : median
}

function runningSum(values: readonly number[]): number[] {
  const out = [0]
  for (const value of values) out.push(out[out.length - 1] + value)
  return out
}

function spacingFindings(
  steps: readonly number[],
  base: number,
  even: boolean,
  gaps: boolean,
  missing: number,
): Finding[] {
  const mm = (value: number): string => value.toFixed(3)
  if (gaps) {
    return [
      {
        code: 'D29',
        outcome: 'warned',
        message: `${missing} slice${missing === 1 ? ' is' : 's are'} missing: the step is ${mm(base)} mm, the widest gap ${mm(Math.max(...steps))} mm. The gap is left open, not closed up.`,
      },
    ]
  }
  const spread = Math.max(...steps) - Math.min(...steps)
  if (even && spread <= 2 * tolerance(base)) return []
  return [
    {
      code: 'D29',
      outcome: 'warned',
      message: `The slices are spaced unevenly, from ${mm(Math.min(...steps))} to ${mm(Math.max(...steps))} mm; distances across slices are approximate.`,
    },
  ]
}

/** Displacement not parallel to the normal (gantry tilt, shear), or a stack that does not run straight. */
function tiltFindings(
  step: Vector3,
  normal: Vector3,
  positions: readonly Vector3[],
  places: readonly number[],
): Finding[] {
  const alongNormal = dot(step, normal)
  const sideways = length(subtract(step, scale(normal, alongNormal)))
  const findings: Finding[] = []
  const degrees = (Math.atan2(sideways, Math.abs(alongNormal)) * 180) / Math.PI
  if (degrees > 0.5) {
    findings.push({
      code: 'D30',
      outcome: 'warned',
      message: `The stack is tilted by ${degrees.toFixed(1)}°: ${Math.abs(alongNormal).toFixed(2)} mm along the normal and ${sideways.toFixed(2)} mm sideways per slice. The grid keeps the tilt; nothing was sheared or resampled.`,
    })
  }
  const bent = positions.some((p, n) => {
    const straight = scale(step, places[n])
    const off = subtract(subtract(p, positions[0]), straight)
    return length(subtract(off, scale(normal, dot(off, normal)))) > 0.5
  })
  if (bent)
    findings.push({
      code: 'D30',
      outcome: 'warned',
      message:
        'The slices are shifted sideways against each other; positions are right only for the first and the last.',
    })
  return findings
}

import type { Finding } from '../../shared/domain/finding.ts'
import type { Grid } from '../../shared/domain/geometry.ts'
import {
  type Affine,
  affineFromColumns,
  cornerDistance,
  flipRasLps,
  isInvertible,
} from '../../shared/geometry/affine.ts'
import { axisLetters } from '../../shared/geometry/orientation.ts'
import type { NiftiHeader } from './header.ts'

/**
 * Grid of a NIfTI image: sform if its code is above 0, else qform, else unknown; RAS turned to LPS once, here. What is wrong or doubtful
 * becomes a finding that says which form is used.
 *
 * source  nifti1.h, "3D IMAGE (VOLUME) ORIENTATION AND LOCATION IN SPACE", methods 1 to 3
 */
export function gridFromNifti(header: NiftiHeader): { grid: Grid; findings: Finding[] } {
  const findings: Finding[] = []
  const say = (code: 'N8' | 'N9', message: string): void => {
    findings.push({ code, outcome: 'warned', message })
  }
  const sform = header.sformCode > 0 ? scaled(header.sform, header.unitMm) : null
  const qform = header.qformCode > 0 ? qformOf(header, say) : null
  const chosen = choose(sform, qform, header, say)
  const dims: [number, number, number] = [...header.dims]
  if (chosen) {
    const affine = flipRasLps(chosen)
    return { grid: { dims, affine: [...affine], physical: true, oriented: true }, findings }
  }
  const spacing = [1, 2, 3].map((n) => Math.abs(header.pixelDims[n]) * header.unitMm)
  const known = spacing.every((mm) => Number.isFinite(mm) && mm > 0)
  const [x, y, z] = known ? spacing : [1, 1, 1]
  say(
    'N9',
    `The orientation of the image is unknown${known ? '' : ', and so are its millimetres'}; no letters are shown.`,
  )
  return {
    grid: {
      dims,
      affine: [...affineFromColumns([x, 0, 0], [0, y, 0], [0, 0, z], [0, 0, 0])],
      physical: known,
      oriented: false,
    },
    findings,
  }
}

type Say = (code: 'N8' | 'N9', message: string) => void

function choose(sform: Affine | null, qform: Affine | null, header: NiftiHeader, say: Say): Affine | null {
  const goodS = sform && isInvertible(sform) ? sform : null
  const goodQ = qform && isInvertible(qform) ? qform : null
  if (sform && !goodS) say('N9', `The sform is singular or not a number${goodQ ? '; the qform is used' : ''}.`)
  if (qform && !goodQ) say('N9', `The qform is singular or not a number${goodS ? '; the sform is used' : ''}.`)
  if (goodS && goodQ) {
    const distance = cornerDistance(goodS, goodQ, header.dims)
    const [s, q] = [axisLetters(flipRasLps(goodS)), axisLetters(flipRasLps(goodQ))]
    if (s !== q || distance > 1) {
      say(
        'N8',
        `The two orientations of the file disagree (axes ${s} by sform, ${q} by qform, ${distance.toFixed(1)} mm apart); the sform is used. Left and right may be wrong: check a landmark.`,
      )
    }
  }
  return goodS ?? goodQ
}

/** Rotation from the quaternion (b, c, d), steps from pixdim, pixdim[0] giving the sign of the third axis. */
function qformOf(header: NiftiHeader, say: Say): Affine {
  let [b, c, d] = header.quaternion
  const norm = b * b + c * c + d * d
  if (norm > 1 + 1e-5) say('N9', 'The quaternion of the orientation is longer than 1 and was shortened.')
  const factor = norm > 1 ? 1 / Math.sqrt(norm) : 1
  b *= factor
  c *= factor
  d *= factor
  const a = Math.sqrt(Math.max(0, 1 - (b * b + c * c + d * d)))
  const steps = [1, 2, 3].map((n) => header.pixelDims[n])
  if (steps.some((mm) => !(mm > 0))) say('N9', `A voxel size of the header is zero or negative (${steps.join(' × ')}).`)
  const sign = header.pixelDims[0] < 0 ? -1 : 1
  const [x, y, z] = [steps[0], steps[1], steps[2] * sign]
  const matrix = affineFromColumns(
    [(a * a + b * b - c * c - d * d) * x, (2 * b * c + 2 * a * d) * x, (2 * b * d - 2 * a * c) * x],
    [(2 * b * c - 2 * a * d) * y, (a * a + c * c - b * b - d * d) * y, (2 * c * d + 2 * a * b) * y],
    [(2 * b * d + 2 * a * c) * z, (2 * c * d - 2 * a * b) * z, (a * a + d * d - c * c - b * b) * z],
    [header.quaternionOffset[0], header.quaternionOffset[1], header.quaternionOffset[2]],
  )
  return scaled(matrix, header.unitMm)
}

function scaled(matrix: Affine, unitMm: number): Affine {
  return unitMm === 1 ? matrix : matrix.map((value, n) => (n < 12 ? value * unitMm : value))
}

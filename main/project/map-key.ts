import { createHash } from 'node:crypto'
import type { ModelCard } from '../shared/domain/model-card.ts'
import { canonicalJson } from './canonical-json.ts'

/** What turns stored voxels into values and places them; the preprocessing starts from these. */
interface VolumeAddress {
  readonly type: string
  readonly slope: number
  readonly intercept: number
  readonly dims: readonly number[]
  readonly affine: readonly number[]
  readonly channels: number
}

export interface MapAddress {
  /** SHA-256 of the model's bytes, external data included. */
  readonly modelSha256: string
  readonly card: ModelCard
  /** SHA-256 of the voxels. */
  readonly volumeSha256: string
  readonly volume: VolumeAddress
  readonly method: string
  readonly methodVersion: number
  /** Expanded parameters; arrays stand as the SHA-256 of their bytes. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly layer: string | null
  readonly target: {
    readonly index: number
    readonly output: string
    readonly negate: boolean
    /** Positions of a segmentation output; left out, all of them. */
    readonly mask?: 'predicted' | { readonly sha256: string; readonly segment: number | null }
  }
  /** Reference cases in their order, each with the SHA-256 of its voxels; left out where the method takes none. */
  readonly references?: readonly (VolumeAddress & { readonly sha256: string })[]
  readonly seed: number
  readonly engineVersion: string
}

/** The parts of a card that change numbers; its name, provenance and acceptance do not. */
function effectiveCard(card: ModelCard): unknown {
  const { input, intensity, output } = card
  return { input, intensity, output: { name: output.name, kind: output.kind, task: output.task } }
}

/**
 * Address of a map: SHA-256 of the canonical JSON of everything that decides its numbers.
 * Two requests with one key are the same computation and are never done twice.
 */
export function mapKey(address: MapAddress): string {
  return createHash('sha256')
    .update(canonicalJson({ ...address, card: effectiveCard(address.card) }))
    .digest('hex')
}

export interface MeasurementAddress {
  readonly mapKey: string
  readonly metric: string
  readonly metricVersion: number
  readonly parameters: Readonly<Record<string, unknown>>
  readonly merge: string
  /** SHA-256 of the mask version's voxels and the segment, or null. */
  readonly mask: {
    readonly maskId: string
    readonly version: number
    readonly segment: number
    readonly sha256: string
  } | null
  readonly geometry: string
  readonly engineVersion: string
}

export function measurementKey(address: MeasurementAddress): string {
  return createHash('sha256').update(canonicalJson(address)).digest('hex')
}

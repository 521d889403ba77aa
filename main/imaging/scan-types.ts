import type { Finding } from '../shared/domain/finding.ts'
import type { Grid } from '../shared/domain/geometry.ts'
import type { ScannedSeries } from '../shared/domain/import.ts'
import type { DicomInstance } from './dicom/instance.ts'
import type { FileKind } from './file-kind.ts'
import type { SourceBytes } from './files/source.ts'

/** A file on its way through the readers: its first bytes, and the rest on request. */
export interface Candidate {
  readonly source: SourceBytes
  readonly head: Buffer
  readonly kind: FileKind
}

/** A series that stands in one file (NIfTI, picture), with what matching masks needs. */
export interface SingleFileSeries {
  readonly series: ScannedSeries
  readonly grid: Grid
}

/** A file that is left out, and why. */
export interface LeftFile {
  readonly path: string
  readonly code: string
  readonly reason: string
}

/** What a reader makes of a file; `skip` hands it to the next reader. */
export type ReaderAnswer =
  | { readonly kind: 'skip' }
  | { readonly kind: 'dicom'; readonly instance: DicomInstance }
  | { readonly kind: 'series'; readonly series: readonly SingleFileSeries[] }
  | {
      readonly kind: 'more'
      readonly candidates: readonly SourceBytes[]
      readonly left: readonly LeftFile[]
    }
  | { readonly kind: 'left'; readonly code: string; readonly reason: string }

export type Reader = (candidate: Candidate) => Promise<ReaderAnswer>

export const skip: ReaderAnswer = { kind: 'skip' }

/** Findings worth a badge, each once. */
export function uniqueFindings(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((f) => [`${f.code}${f.message}`, f])).values()]
}

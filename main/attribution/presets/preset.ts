import type { FlatRecord } from '../parameters.ts'

/** The published settings of one source: shortcuts that set parameters. A map stores the expanded parameters, never the preset alone. */
export interface Preset {
  readonly id: string
  readonly title: string
  /** Package and version, or paper. */
  readonly source: string
  /** Which number is explained, where the source fixes it. */
  readonly output?: 'logit' | 'probability'
  /** Method id → parameters as a request writes them. A method that is not named is not in the source. */
  readonly methods: Readonly<Record<string, FlatRecord>>
  /** What the source does besides, which is not a parameter here: post-processing, defects and their switches. */
  readonly notes: readonly string[]
}

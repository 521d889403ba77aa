/** One step of the project's format: numbered from 1 without gaps, one file, one transaction. Published steps are never changed. */
export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
}

/** What every long computation is given: a way to be stopped and a way to speak. Always given, never optional. */
export interface Run {
  readonly signal: AbortSignal
  progress(done: number, total: number, stage?: string): void
}

import { type ErrorCode, errorParagraphs } from './errors/index.ts'

export type { ErrorCode } from './errors/index.ts'

/** What the program did with the input that caused the error: refused, warned, asked, limit reached, safe stop. */
export type Outcome = 'refused' | 'warned' | 'asked' | 'limit' | 'stopped'

/** The JSON form that crosses every border: processes, HTTP, the command line. */
export interface ErrorEnvelope {
  code: string
  message: string
  detail?: Record<string, unknown>
  outcome?: Outcome
}

/**
 * Every failure a user may see: a stable code and one full sentence saying which file or node, what is wrong,
 * what was kept and what to do.
 */
export class SaliscopeError extends Error {
  readonly code: ErrorCode
  readonly detail: Record<string, unknown>
  readonly outcome: Outcome

  constructor(code: ErrorCode, message: string, detail: Record<string, unknown> = {}, outcome: Outcome = 'refused') {
    super(message)
    this.name = 'SaliscopeError'
    this.code = code
    this.detail = detail
    this.outcome = outcome
  }
}

/** Translates anything thrown into the envelope; an error that is not ours keeps its message and gets `internal`. */
export function toEnvelope(error: unknown): ErrorEnvelope {
  if (error instanceof SaliscopeError) {
    return { code: error.code, message: error.message, detail: error.detail, outcome: error.outcome }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'internal', message }
}

/** Rebuilds the error on the other side of a border. */
export function fromEnvelope(envelope: ErrorEnvelope): SaliscopeError {
  const code = (envelope.code in errorParagraphs ? envelope.code : 'internal') as ErrorCode
  return new SaliscopeError(code, envelope.message, envelope.detail, envelope.outcome)
}

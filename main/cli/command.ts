/** How a command's flags are described; help, validation and the reference page are made from it. */
export interface Flag {
  readonly name: string
  /** Placeholder of the value; absent for a switch. */
  readonly value?: string
  readonly repeat?: boolean
  readonly required?: boolean
  readonly description: string
}

/** One command of the command line. `load` keeps start-up short: a command's code is read only when it runs. */
export interface Command {
  readonly name: string
  readonly summary: string
  readonly operands: readonly {
    readonly name: string
    readonly required: boolean
    readonly repeat?: boolean
    readonly description: string
  }[]
  readonly flags: readonly Flag[]
  readonly examples: readonly string[]
  load(): Promise<{ run(call: Call): Promise<number> }>
}

/** A parsed call. Flags that may be repeated hold a list; switches are true. */
export interface Call {
  readonly operands: readonly string[]
  text(flag: string): string | undefined
  all(flag: string): readonly string[]
  has(flag: string): boolean
  readonly io: Io
}

/** The border to the world, handed in so that commands can be tested. */
export interface Io {
  out(text: string): void
  err(text: string): void
  readonly interactive: boolean
  readonly signal: AbortSignal
}

/** How a command's flags are described; help, validation and the reference page are made from it. */
export interface Flag {
  readonly name: string
  /** Placeholder of the value; absent for a switch. */
  readonly value?: string
  readonly repeat?: boolean
  readonly required?: boolean
  readonly description: string
}

/** What may be named, and the help on one of them. */
export interface Detail {
  /** `Methods` */
  readonly title: string
  readonly ids: readonly string[]
  help(id: string): string
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
  /** Paragraphs of what a reader must know to use it well: what is computed, printed and written. */
  readonly explanation: readonly string[]
  readonly examples: readonly string[]
  /** Further help where the call names something: `saliscope explain --method lrp --help`. */
  readonly detail?: {
    /** The flag that names it; absent: the first operand. */
    readonly flag?: string
    load(): Promise<Detail>
  }
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

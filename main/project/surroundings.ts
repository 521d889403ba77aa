/** What the project takes from outside: time, names, places. Passed in, so that tests decide them. */
export interface Surroundings {
  clock(): Date
  /** A new, never repeating id; `prefix` names the kind ('study', 'volume', …). */
  newId(prefix: string): string
  /** Version of the program, written into the file. */
  readonly programVersion: string
  /** Folder of mode 0700 for copies that hold patient data; swept at start. */
  readonly privateFolder: string
  /** Called before each step that changes the disk, with the step's name: crash tests end the process here. */
  readonly onWritePoint?: (name: string) => void
}

export const noWritePoint = (_name: string): void => {}

import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { replaceFile } from './durable-file.ts'

const stateSchema = z.object({ projectId: z.string(), changeCounter: z.number().int(), clean: z.boolean() })
export type ProjectState = z.infer<typeof stateSchema>

export const stateFileOf = (project: string): string => `${project}.state`

/** The small file beside the project that counts its changes, so that a lost or damaged journal is noticed. Null when absent or unreadable. */
export function readState(project: string): ProjectState | null {
  let text: string
  try {
    text = readFileSync(stateFileOf(project), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  try {
    return stateSchema.parse(JSON.parse(text))
  } catch {
    // A state file that cannot be read counts as lost: the database's own clean flag then decides.
    return null
  }
}

/** Written after each commit and before the acknowledgement. The counter may lag behind the database after a power cut, never run ahead. */
export function writeState(project: string, state: ProjectState): void {
  replaceFile(stateFileOf(project), JSON.stringify(state), { flushFolder: false })
}

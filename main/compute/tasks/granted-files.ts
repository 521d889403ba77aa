import type { TaskContext } from '../task.ts'

/** Separates an archive from the entry inside it. */
const separator = '!/'

/** The file that must be granted for a path that may name an entry of an archive. */
export function fileOf(path: string): string {
  const at = path.indexOf(separator)
  return at < 0 ? path : path.slice(0, at)
}

/** Refuses unless every file, or the archive it lies in, is granted. errors  compute.not-granted */
export function assertGranted(files: readonly string[], context: TaskContext): void {
  for (const file of new Set(files.map(fileOf))) context.granted(file)
}

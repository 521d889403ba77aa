import { realpathSync } from 'node:fs'
import path from 'node:path'
import { SaliscopeError } from '../shared/errors.ts'

/** Real path of `name`, or null when there is no such file. */
function realPath(name: string): string | null {
  try {
    return realpathSync.native(name)
  } catch {
    return null
  }
}

/**
 * The reading rights of one task: a file is granted when its real path is a granted path or lies inside a granted folder.
 * Links are resolved first, so a link inside a granted folder does not lead out of it.
 *
 * errors  compute.not-granted
 */
export function grantedReader(grants: readonly string[]): (name: string) => string {
  const roots = grants.map((grant) => realPath(grant) ?? path.resolve(grant))
  return (name) => {
    const real = realPath(name) ?? path.resolve(name)
    const inside = roots.some(
      (root) => real === root || real.startsWith(root.endsWith(path.sep) ? root : root + path.sep),
    )
    if (inside) return real
    throw new SaliscopeError(
      'compute.not-granted',
      `The task may not read ${path.basename(name)}: it was not among the files given to it.`,
    )
  }
}

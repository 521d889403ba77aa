import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { isProcessAlive } from '../shared/process-alive.ts'

/**
 * This process's private folder (mode 0700) inside the program's data folder. Those of processes that are gone are removed first: they hold
 * copies of patient data.
 */
export function privateFolderIn(dataFolder: string): string {
  const parent = path.join(dataFolder, 'private')
  mkdirSync(parent, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(parent)) {
    const pid = Number(name.split('-')[0])
    if (Number.isInteger(pid) && pid !== process.pid && !isProcessAlive(pid))
      rmSync(path.join(parent, name), { recursive: true, force: true })
  }
  const own = path.join(parent, `${process.pid}-${Date.now().toString(36)}`)
  mkdirSync(own, { mode: 0o700 })
  return own
}

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { isProcessAlive } from '../shared/process-alive.ts'

const PREFIX = 'saliscope-compute-'

/** Removes folders that a killed program left behind: their name carries the process that owned them. */
export function sweepPrivateFolders(root: string = tmpdir()): void {
  for (const name of readdirSync(root)) {
    const pid = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1])
    if (Number.isInteger(pid) && !isProcessAlive(pid)) rmSync(path.join(root, name), { recursive: true, force: true })
  }
}

/** A new folder of mode 0700 for arrays too large for a message; the caller removes it when it closes. */
export function makePrivateFolder(root: string = tmpdir()): string {
  sweepPrivateFolders(root)
  return mkdtempSync(path.join(root, `${PREFIX}${process.pid}-`))
}

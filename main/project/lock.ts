import { closeSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { z } from 'zod'
import { isProcessAlive } from '../shared/process-alive.ts'

const ownerSchema = z.object({
  pid: z.number().int(),
  host: z.string(),
  /** When the process started, in the system's own unit; tells a reused PID from the owner. Null where it cannot be read. */
  processStart: z.string().nullable(),
  since: z.string(),
  nonce: z.string(),
})
export type LockOwner = z.infer<typeof ownerSchema>

export type LockResult =
  | { readonly held: true; release(): void }
  | { readonly held: false; readonly owner: LockOwner | null; readonly elsewhere: boolean }

/** Start time of a process as Linux counts it (field 22 of /proc/PID/stat); null elsewhere. */
function processStart(pid: number): string | null {
  if (process.platform !== 'linux') return null
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

function readOwner(file: string): LockOwner | null {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error
    return null
  }
}

/** Locks this process holds: a PID equal to ours is only a living owner when it stands here. */
const ours = new Set<string>()

function isStale(owner: LockOwner | null): boolean {
  // A lock without readable text was being written when its process ended.
  if (owner === null) return true
  if (owner.host !== hostname()) return false
  if (ours.has(owner.nonce)) return false
  if (owner.pid === process.pid) return true
  if (!isProcessAlive(owner.pid)) return true
  const start = processStart(owner.pid)
  return start !== null && owner.processStart !== null && start !== owner.processStart
}

function tryCreate(file: string, owner: LockOwner): boolean {
  let handle: number
  try {
    handle = openSync(file, 'wx', 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  try {
    writeSync(handle, JSON.stringify(owner))
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  return true
}

/** Takes a stale lock away without ever removing a fresh one that appeared meanwhile. */
function removeStale(file: string, seen: LockOwner | null, nonce: string): void {
  const aside = `${file}.stale-${nonce}`
  try {
    renameSync(file, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const taken = readOwner(aside)
  if (taken !== null && taken.nonce !== seen?.nonce) {
    try {
      linkSync(aside, file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  rmSync(aside, { force: true })
}

/**
 * The project's lock: a file created exclusively, naming its owner. A lock of a dead process on this host is stale and
 * replaced; one of another host is reported (`elsewhere`) and only replaced with `takeOver`.
 */
export function takeLock(file: string, options: { since: Date; nonce: string; takeOver: boolean }): LockResult {
  const owner: LockOwner = {
    pid: process.pid,
    host: hostname(),
    processStart: processStart(process.pid),
    since: options.since.toISOString(),
    nonce: options.nonce,
  }
  for (let attempt = 0; attempt < 3; attempt++) {
    if (tryCreate(file, owner)) {
      ours.add(owner.nonce)
      return { held: true, release: () => releaseLock(file, owner) }
    }
    let found: LockOwner | null
    try {
      found = readOwner(file)
    } catch {
      continue
    }
    const elsewhere = found !== null && found.host !== hostname()
    if (!isStale(found) && !(elsewhere && options.takeOver)) return { held: false, owner: found, elsewhere }
    removeStale(file, found, options.nonce)
  }
  return { held: false, owner: null, elsewhere: false }
}

function releaseLock(file: string, owner: LockOwner): void {
  ours.delete(owner.nonce)
  try {
    if (readOwner(file)?.nonce === owner.nonce) rmSync(file, { force: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

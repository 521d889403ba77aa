import { closeSync, lstatSync, openSync, readSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { SaliscopeError } from '../shared/errors.ts'
import type { TensorSource } from './model.ts'

type External = Extract<TensorSource, { kind: 'external' }>

function refuse(tensor: string, location: string, why: string): never {
  throw new SaliscopeError(
    'graph.external-data',
    `The weights "${tensor}" lie in the file "${location}", ${why}; nothing of it was read.`,
    { tensor, location },
  )
}

/**
 * The path of an external-data file after all checks: a plain relative name inside the model's folder, no link at any
 * level, a regular file with link count 1, and the range inside it.
 *
 * errors  graph.external-data: names the tensor, the file and the rule that is broken
 * source  CVE-2022-25882, CVE-2024-27318, CVE-2026-34446
 */
export function checkExternal(tensor: string, source: External, directory: string | null): string {
  const { location, offset, length } = source
  if (directory === null) refuse(tensor, location, 'but the model was not read from a folder')
  const parts = location.split(/[\\/]/)
  if (location === '' || location.includes('\0')) refuse(tensor, location, 'which is no file name')
  if (/^([\\/]|[A-Za-z]:)/.test(location)) refuse(tensor, location, 'an absolute path outside the folder of the model')
  if (parts.includes('..')) refuse(tensor, location, 'a path that leaves the folder of the model')
  let path = resolve(directory)
  for (const [i, part] of parts.entries()) {
    path = join(path, part)
    const status = lstatSync(path, { throwIfNoEntry: false })
    if (status === undefined) refuse(tensor, location, `which is missing in the folder ${directory}`)
    if (status.isSymbolicLink()) refuse(tensor, location, 'which is or passes through a symbolic link')
    if (i < parts.length - 1) continue
    if (!status.isFile()) refuse(tensor, location, 'which is no regular file')
    if (status.nlink > 1)
      refuse(tensor, location, `which has ${status.nlink} names (a hard link); make a real copy of it`)
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) {
      refuse(tensor, location, `at offset ${offset} with length ${length}, which no file can have`)
    }
    if (offset + length > status.size) {
      refuse(
        tensor,
        location,
        `which holds ${status.size} bytes while bytes ${offset} to ${offset + length} are needed`,
      )
    }
  }
  return path
}

/** The bytes of one external tensor, checked. */
export function readExternal(tensor: string, source: External, directory: string | null): Uint8Array {
  const path = checkExternal(tensor, source, directory)
  const bytes = new Uint8Array(source.length)
  const file = openSync(path, 'r')
  try {
    let done = 0
    while (done < source.length) {
      const read = readSync(file, bytes, done, Math.min(source.length - done, 2 ** 30), source.offset + done)
      if (read === 0) refuse(tensor, source.location, 'which became shorter while it was read')
      done += read
    }
  } finally {
    closeSync(file)
  }
  return bytes
}

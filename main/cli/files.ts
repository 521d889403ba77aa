import { randomBytes } from 'node:crypto'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { SaliscopeError } from '../shared/errors.ts'
import { readTensor, toTensor, writeNpy, writeTensor } from '../tensor/npy.ts'
import type { Tensor } from '../tensor/tensor.ts'

const CAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read or written by you',
  EPERM: 'it may not be read or written by you',
  EROFS: 'the drive cannot be written',
  ENOSPC: 'the disk is full',
}

/** Why the system refused a file, in words. */
export function cause(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return CAUSES[code] ?? (code || (error instanceof Error ? error.message : String(error)))
}

/** An .npy file as a float32 tensor. errors  cli.file (cannot be read), tensor.npy (not such a file) */
export async function readNpyTensor(file: string): Promise<Tensor> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new SaliscopeError(
      'cli.file',
      `"${file}" could not be read (${cause(error)}). Nothing was computed; check the path.`,
    )
  })
  return readTensor(bytes, `"${file}"`)
}

/** Fails early, before long work, when an output cannot be written. */
export async function checkWritable(file: string): Promise<void> {
  const folder = path.dirname(path.resolve(file))
  const found = await stat(folder).catch(() => null)
  if (found === null || !found.isDirectory())
    throw new SaliscopeError(
      'cli.file',
      `"${file}" cannot be written: there is no folder "${folder}". Nothing was computed.`,
    )
}

/** Writes a file completely or not at all: a temporary file beside it, synced, then renamed. */
export async function writeWhole(file: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.part`
  try {
    const target = await open(temporary, 'wx')
    try {
      await target.writeFile(bytes)
      await target.sync()
    } finally {
      await target.close()
    }
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw new SaliscopeError('cli.file', `"${file}" could not be written (${cause(error)}). Nothing of it was kept.`)
  }
}

export const writeTensorFile = (file: string, x: Tensor) => writeWhole(file, writeTensor(x))

/** Labels as int32, as CONTRACT.md asks of `segment`. */
export const writeLabelsFile = (file: string, dims: readonly number[], labels: Int32Array) =>
  writeWhole(file, writeNpy({ dims, type: 'int32', data: labels }))

export { toTensor }

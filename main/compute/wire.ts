import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { ErrorEnvelope } from '../shared/errors.ts'
import type { TaskArray } from './task.ts'

/** An array on its way between processes: inside the message, or in a file of the private folder when it is large. */
export type WireArray =
  | { readonly kind: 'inline'; readonly data: TaskArray }
  | { readonly kind: 'file'; readonly type: ArrayType; readonly length: number; readonly file: string }

export type ToWorker =
  | {
      readonly kind: 'task'
      readonly id: number
      readonly attempt: number
      readonly task: string
      readonly payload: unknown
      readonly arrays: readonly WireArray[]
      readonly grants: readonly string[]
    }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'quit' }

export type FromWorker =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'progress'
      readonly id: number
      readonly done: number
      readonly total: number
      readonly stage: string
    }
  | { readonly kind: 'result'; readonly id: number; readonly record: unknown; readonly arrays: readonly WireArray[] }
  | { readonly kind: 'error'; readonly id: number; readonly error: ErrorEnvelope }

const CONSTRUCTORS = { Float32Array, Float64Array, Int16Array, Uint16Array, Uint8Array, Int32Array } as const
type ArrayType = keyof typeof CONSTRUCTORS

/** Structured clone copies every byte twice and fails above 100 MB; a file in the page cache is cheaper from here on. */
const INLINE_BYTES = 8 * 1024 * 1024

function typeOf(data: TaskArray): ArrayType {
  const name = data.constructor.name
  if (name in CONSTRUCTORS) return name as ArrayType
  if (data instanceof Uint8Array) return 'Uint8Array' // Buffer
  throw new TypeError(`Arrays of ${name} do not travel between processes.`)
}

/** Packs arrays for a message; large ones are written into `folder`, readable by this user only. */
export function packArrays(arrays: readonly TaskArray[], folder: string): WireArray[] {
  return arrays.map((data) => {
    const type = typeOf(data)
    if (data.byteLength <= INLINE_BYTES) return { kind: 'inline', data }
    const file = path.join(folder, `${randomUUID()}.array`)
    writeFileSync(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength), { mode: 0o600, flag: 'wx' })
    return { kind: 'file', type, length: data.length, file }
  })
}

/** Unpacks arrays of a message and removes their files. */
export function unpackArrays(arrays: readonly WireArray[]): TaskArray[] {
  return arrays.map((wire) => {
    if (wire.kind === 'inline') return wire.data
    const bytes = readFileSync(wire.file)
    rmSync(wire.file, { force: true })
    const Make = CONSTRUCTORS[wire.type]
    const aligned = bytes.byteOffset % Make.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes)
    return new Make(aligned.buffer as ArrayBuffer, aligned.byteOffset, wire.length)
  })
}

/** Removes the files of a message that will never be unpacked. */
export function dropArrays(arrays: readonly WireArray[]): void {
  for (const wire of arrays) if (wire.kind === 'file') rmSync(wire.file, { force: true })
}

import { copyFileSync, linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { OnnxModel } from '../graph/model.ts'
import { keepsExternalData, writeModel } from '../graph/write.ts'

/** What a session is loaded from, and how to give it back afterwards. */
export interface ModelSource {
  readonly model: Uint8Array | string
  release(): void
}

/** Puts the weight file beside the written graph: a second name for it where the file system allows, else a copy. */
function place(source: string, target: string): void {
  mkdirSync(path.dirname(target), { recursive: true })
  try {
    linkSync(source, target)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'EMLINK') throw error
    copyFileSync(source, target) // another file system, or one without links
  }
}

/**
 * A graph in the form a session takes: bytes, or a path when its weights are too large for one file. ONNX Runtime finds
 * external weights beside the graph only, so graph and weights then meet in a private folder, removed by `release`.
 */
export function modelBytesFor(model: OnnxModel): ModelSource {
  const bytes = writeModel(model)
  if (!keepsExternalData(model) || model.directory === null) return { model: bytes, release() {} }
  const folder = mkdtempSync(path.join(tmpdir(), 'saliscope-model-'))
  const locations = new Set<string>()
  for (const { source } of model.graph.initializers.values())
    if (source.kind === 'external') locations.add(source.location)
  for (const location of locations) place(path.join(model.directory, location), path.join(folder, location))
  const file = path.join(folder, 'model.onnx')
  writeFileSync(file, bytes, { mode: 0o600 })
  return { model: file, release: () => rmSync(folder, { recursive: true, force: true }) }
}

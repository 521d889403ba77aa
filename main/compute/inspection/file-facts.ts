import { createHash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import path from 'node:path'
import { byteLengthOf } from '../../graph/constants.ts'
import type { ConstantTensor, Graph, OnnxModel } from '../../graph/model.ts'
import { sizeOf } from '../../tensor/tensor.ts'

/** What the bytes of a model say before anything is run. */
export interface FileFacts {
  /** Over the file and its external data, in the order listed. */
  readonly sha256: string
  readonly bytes: number
  readonly externalData: readonly { readonly name: string; readonly bytes: number }[]
  readonly parameterCount: number
  readonly initializerBytes: number
}

/** Constants of a graph and of the sub-graphs of its nodes. */
function* constantsOf(graph: Graph): Generator<ConstantTensor> {
  yield* graph.initializers.values()
  for (const node of graph.nodes) {
    for (const attribute of Object.values(node.attributes)) {
      if (attribute.kind === 'tensor' && node.opType === 'Constant') yield attribute.value
      if (attribute.kind === 'graph') yield* constantsOf(attribute.value)
    }
  }
}

async function addFile(hash: ReturnType<typeof createHash>, file: string, signal: AbortSignal): Promise<void> {
  for await (const chunk of createReadStream(file, { signal, highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
}

/** Files beside the model that hold its weights, by the names the model uses. */
export function externalFilesOf(model: OnnxModel): string[] {
  const names = new Set<string>()
  for (const { source } of constantsOf(model.graph)) if (source.kind === 'external') names.add(source.location)
  return [...names]
}

/**
 * Hash, sizes and weights of a model file that has been read.
 *
 * bytes   of the file and its external data
 * errors  those of reading files; `signal` aborts
 */
export async function fileFacts(file: string, model: OnnxModel, signal: AbortSignal): Promise<FileFacts> {
  const hash = createHash('sha256')
  await addFile(hash, file, signal)
  const externalData: { name: string; bytes: number }[] = []
  for (const name of externalFilesOf(model)) {
    const beside = path.join(path.dirname(file), name)
    await addFile(hash, beside, signal)
    externalData.push({ name, bytes: statSync(beside).size })
  }
  let parameterCount = 0
  let initializerBytes = 0
  for (const constant of constantsOf(model.graph)) {
    // Integer constants are shapes, axes and indices, unless they are quantised weights.
    const isWeight = constant.type !== 'int64' && constant.type !== 'int32' && constant.type !== 'bool'
    if (isWeight) parameterCount += sizeOf(constant.dims)
    initializerBytes += byteLengthOf(constant.type, constant.dims)
  }
  const bytes = statSync(file).size + externalData.reduce((sum, one) => sum + one.bytes, 0)
  return { sha256: hash.digest('hex'), bytes, externalData, parameterCount, initializerBytes }
}

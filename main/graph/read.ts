import { lstatSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { SaliscopeError } from '../shared/errors.ts'
import { describeNode } from './attributes.ts'
import { inlineFunctions } from './inline-functions.ts'
import type { Graph, Node, OnnxModel } from './model.ts'
import { readGraph } from './read-graph.ts'
import { toNumber } from './read-tensor.ts'
import { refuseForeign } from './recognise.ts'
import { decodeModel, type ModelMessage } from './schema.ts'
import { ordered } from './structure.ts'

export const oldestOpset = 7
export const newestOpset = 26
/** Domains whose operators ONNX Runtime itself brings. */
const knownDomains = new Set(['', 'com.microsoft', 'com.microsoft.nchwc', 'ai.onnx.ml'])
const twoGigabytes = 2 ** 31 - 1

function decode(bytes: Buffer, name: string): ModelMessage {
  refuseForeign(bytes, name)
  try {
    return decodeModel(bytes)
  } catch (error) {
    // Field 1 (ir_version) stands first in every writer's output: tag 0x08, then a small number.
    const begunWell = bytes[0] === 0x08 && bytes[1] > 0 && bytes[1] < 32
    const why = error instanceof Error ? error.message : String(error)
    if (begunWell) {
      throw new SaliscopeError(
        'graph.damaged',
        `The model file ${name} begins like an ONNX model but breaks off or is damaged inside; fetch it again.`,
        { file: name, bytes: bytes.length, parser: why },
      )
    }
    throw new SaliscopeError(
      'graph.not-onnx',
      `The file ${name} is not an ONNX model; its content is of an unknown kind.`,
      {
        file: name,
        parser: why,
      },
    )
  }
}

function opsetsOf(message: ModelMessage, name: string): Record<string, number> {
  const opsets: Record<string, number> = {}
  for (const opset of message.opsetImport ?? []) {
    const domain = opset.domain === 'ai.onnx' ? '' : (opset.domain ?? '')
    opsets[domain] = Math.max(opsets[domain] ?? 0, toNumber(opset.version))
  }
  // IR versions before 3 have no opset list; it is version 1 then.
  const main = opsets[''] ?? 1
  if (main < oldestOpset || main > newestOpset) {
    throw new SaliscopeError(
      'graph.opset',
      `The model ${name} uses version ${main} of the ONNX operator set, and versions ${oldestOpset} to ${newestOpset} are read; export it again with 17 or 18, or with the version nearest to them that your exporter knows.`,
      { file: name, opset: main },
    )
  }
  return opsets
}

function checkOperators(graph: Graph, opsets: Readonly<Record<string, number>>): void {
  for (const node of graph.nodes) {
    checkOperator(node, opsets)
    for (const attribute of Object.values(node.attributes))
      if (attribute.kind === 'graph') checkOperators(attribute.value, opsets)
  }
}

function checkOperator(node: Node, opsets: Readonly<Record<string, number>>): void {
  if (node.opType === '') {
    throw new SaliscopeError('graph.structure', `The node "${node.name}" names no operator; export the model again.`, {
      node: node.name,
    })
  }
  if (knownDomains.has(node.domain)) return
  throw new SaliscopeError(
    'graph.operator',
    `The ${describeNode(node)} is a custom operator of the domain "${node.domain}" (version ${opsets[node.domain] ?? 'not stated'}), whose code is not in the file; export the model with standard operators.`,
    { node: node.name, operator: node.opType, domain: node.domain },
  )
}

/**
 * An ONNX model from bytes. Weights stay views on `bytes`; nothing is copied but the typed fields of old exporters.
 *
 * directory  folder for external data, null when there is none
 * errors     graph.empty, graph.not-onnx, graph.damaged, graph.opset, graph.operator, graph.constant, graph.attribute,
 *            graph.external-data, graph.structure
 */
export function parseModel(bytes: Uint8Array, name = 'in memory', directory: string | null = null): OnnxModel {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const repairs: string[] = []
  const decoded = decode(buffer, name)
  if (!decoded.graph || !((decoded.graph.output ?? []).length > 0)) {
    throw new SaliscopeError('graph.not-onnx', `The file ${name} is not an ONNX model; it has no graph with outputs.`, {
      file: name,
    })
  }
  const message = inlineFunctions(decoded, repairs)
  const opsets = opsetsOf(message, name)
  const graph = readGraph(message.graph ?? {}, { directory, repairs })
  checkOperators(graph, opsets)
  const sorted = ordered(graph)
  if (sorted.nodes.some((node, i) => node.outputs[0] !== graph.nodes[i].outputs[0])) {
    repairs.push('The nodes did not stand in the order of computation; they were sorted.')
  }
  return {
    irVersion: toNumber(message.irVersion),
    opsets,
    producer: message.producerName ?? '',
    producerVersion: message.producerVersion ?? '',
    metadata: Object.fromEntries((message.metadataProps ?? []).map((e) => [e.key ?? '', e.value ?? ''])),
    graph: sorted,
    directory,
    repairs,
  }
}

/**
 * Reads an .onnx file (up to 2 GB, plus external data of any size beside it). The file's bytes are read once.
 * errors  graph.not-found, graph.too-large, and all of parseModel
 */
export function readModel(path: string): OnnxModel {
  const name = basename(path)
  const status = statSync(path, { throwIfNoEntry: false })
  if (!status?.isFile()) {
    const what = lstatSync(path, { throwIfNoEntry: false }) ? 'is no regular file' : 'does not exist'
    throw new SaliscopeError('graph.not-found', `The model file ${name} ${what}.`, { file: path })
  }
  if (status.size > twoGigabytes) {
    throw new SaliscopeError(
      'graph.too-large',
      `The model file ${name} has ${(status.size / 1e9).toFixed(1)} GB, and an ONNX file ends at 2 GB; save its weights as external data beside it.`,
      { file: path, bytes: status.size },
    )
  }
  return parseModel(readFileSync(path), name, dirname(resolve(path)))
}

import { SaliscopeError } from '../shared/errors.ts'
import { constantBytes } from './constants.ts'
import type { Attribute, ConstantTensor, Graph, Node, OnnxModel, ValueInfo } from './model.ts'
import {
  type AttributeMessage,
  elementTypes,
  encodeModel,
  type GraphMessage,
  type NodeMessage,
  type TensorMessage,
  type ValueInfoMessage,
} from './schema.ts'

/** External weights are written into the file itself up to this size of all constants together. */
const inlineLimit = 1.9e9
const largestInt64 = 2 ** 63 - 1024

const int64 = (value: number): number => Math.min(Math.max(value, -(2 ** 63)), largestInt64)
const dataType = (type: ConstantTensor['type']): number => elementTypes.indexOf(type)

interface WriteContext {
  readonly directory: string | null
  readonly inline: boolean
}

function tensorMessage(tensor: ConstantTensor, context: WriteContext): TensorMessage {
  const head = { name: tensor.name, dataType: dataType(tensor.type), dims: [...tensor.dims] }
  if (tensor.source.kind === 'external' && !context.inline) {
    const { location, offset, length } = tensor.source
    const entries = { location, offset: String(offset), length: String(length) }
    return { ...head, dataLocation: 1, externalData: Object.entries(entries).map(([key, value]) => ({ key, value })) }
  }
  return { ...head, rawData: constantBytes(tensor, context.directory) }
}

function attributeMessage(name: string, attribute: Attribute, context: WriteContext): AttributeMessage {
  switch (attribute.kind) {
    case 'float':
      return { name, type: 1, f: attribute.value }
    case 'int':
      return { name, type: 2, i: int64(attribute.value) }
    case 'string':
      return { name, type: 3, s: Buffer.from(attribute.value, 'utf8') }
    case 'tensor':
      return { name, type: 4, t: tensorMessage(attribute.value, context) }
    case 'graph':
      return { name, type: 5, g: graphMessage(attribute.value, context) }
    case 'floats':
      return { name, type: 6, floats: [...attribute.value] }
    case 'ints':
      return { name, type: 7, ints: attribute.value.map(int64) }
    case 'strings':
      return { name, type: 8, strings: attribute.value.map((text) => Buffer.from(text, 'utf8')) }
  }
}

function nodeMessage(node: Node, context: WriteContext): NodeMessage {
  return {
    name: node.name,
    opType: node.opType,
    domain: node.domain,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes).map(([name, attribute]) => attributeMessage(name, attribute, context)),
  }
}

function valueMessage(value: ValueInfo): ValueInfoMessage {
  const dim = value.dims?.map((d) => (typeof d === 'number' ? { dimValue: d } : d === null ? {} : { dimParam: d }))
  return {
    name: value.name,
    type: { tensorType: { elemType: dataType(value.type), ...(dim ? { shape: { dim } } : {}) } },
  }
}

function graphMessage(graph: Graph, context: WriteContext): GraphMessage {
  return {
    name: graph.name || 'graph',
    node: graph.nodes.map((node) => nodeMessage(node, context)),
    initializer: [...graph.initializers.values()].map((tensor) => tensorMessage(tensor, context)),
    input: graph.inputs.map(valueMessage),
    // An output without a shape is one whose type is not known either: ONNX Runtime infers both.
    output: graph.outputs.map((output) => (output.dims === null ? { name: output.name } : valueMessage(output))),
  }
}

/** Bytes of all constants of the main graph, those beside the file included. */
export function constantsSize(model: OnnxModel): number {
  let size = 0
  for (const { source } of model.graph.initializers.values())
    size += source.kind === 'bytes' ? source.bytes.byteLength : source.length
  return size
}

/** True when `writeModel` leaves references to external files in its bytes: ONNX Runtime must then be told the folder. */
export function keepsExternalData(model: OnnxModel): boolean {
  return (
    constantsSize(model) > inlineLimit &&
    [...model.graph.initializers.values()].some((t) => t.source.kind === 'external')
  )
}

/**
 * A model as the bytes of an .onnx file. Each constant is copied once, into the result. External weights are put inside
 * as long as all stay below 1.9 GB; beyond that they stay references to the file beside the model.
 *
 * errors  graph.too-large: constants in memory alone exceed what a protobuf file holds; graph.external-data
 */
export function writeModel(model: OnnxModel): Uint8Array {
  const inline = !keepsExternalData(model)
  let inMemory = 0
  for (const { source } of model.graph.initializers.values())
    if (inline || source.kind === 'bytes') inMemory += source.kind === 'bytes' ? source.bytes.byteLength : source.length
  if (inMemory > 2e9) {
    throw new SaliscopeError(
      'graph.too-large',
      `The model holds ${(inMemory / 1e9).toFixed(1)} GB of weights in one file, and an ONNX file ends at 2 GB; save its weights as external data.`,
      { bytes: inMemory },
    )
  }
  return encodeModel({
    irVersion: Math.min(Math.max(model.irVersion, 8), 10),
    opsetImport: Object.entries(model.opsets).map(([domain, version]) => ({ domain, version })),
    producerName: model.producer,
    producerVersion: model.producerVersion,
    metadataProps: Object.entries(model.metadata).map(([key, value]) => ({ key, value })),
    graph: graphMessage(model.graph, { directory: model.directory, inline }),
  })
}

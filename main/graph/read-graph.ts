import { SaliscopeError } from '../shared/errors.ts'
import type { Attribute, ConstantTensor, Dimension, Graph, Node, ValueInfo } from './model.ts'
import { elementType, readSparseTensor, readTensor, toNumber } from './read-tensor.ts'
import type { AttributeMessage, GraphMessage, NodeMessage, ValueInfoMessage } from './schema.ts'

/** What reading needs beside the message. */
export interface ReadContext {
  readonly directory: string | null
  /** Collects sentences about what was put right. */
  readonly repairs: string[]
}

/** Sub-graphs nested deeper than this are refused; real models have two or three levels. */
const deepest = 32

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

function unreadable(node: string, name: string, what: string): never {
  throw new SaliscopeError(
    'graph.attribute',
    `The attribute "${name}" of the node "${node}" holds ${what}, which cannot be used.`,
    {
      node,
      attribute: name,
    },
  )
}

/** AttributeProto.AttributeType by number. */
const kinds = [
  '',
  'float',
  'int',
  'string',
  'tensor',
  'graph',
  'floats',
  'ints',
  'strings',
  'tensors',
  'graphs',
  'sparse',
]

/** Files before IR 3 leave the type out; then the field that is present tells it. */
function kindOf(message: AttributeMessage): string {
  const declared = kinds[message.type ?? 0]
  if (declared !== '') return declared ?? 'unknown'
  if (Object.hasOwn(message, 'f')) return 'float'
  if (Object.hasOwn(message, 'i')) return 'int'
  if (Object.hasOwn(message, 's')) return 'string'
  if (message.t) return 'tensor'
  if (message.g) return 'graph'
  if ((message.floats ?? []).length > 0) return 'floats'
  if ((message.strings ?? []).length > 0) return 'strings'
  return 'ints'
}

export function readAttribute(message: AttributeMessage, node: string, context: ReadContext, depth: number): Attribute {
  const name = message.name ?? ''
  switch (kindOf(message)) {
    case 'float':
      return { kind: 'float', value: message.f ?? 0 }
    case 'int':
      return { kind: 'int', value: toNumber(message.i) }
    case 'string':
      return { kind: 'string', value: text(message.s ?? new Uint8Array(0)) }
    case 'floats':
      return { kind: 'floats', value: message.floats ?? [] }
    case 'ints':
      return { kind: 'ints', value: (message.ints ?? []).map(toNumber) }
    case 'strings':
      return { kind: 'strings', value: (message.strings ?? []).map(text) }
    case 'tensor':
      return { kind: 'tensor', value: readTensor(message.t ?? unreadable(node, name, 'no tensor'), context.directory) }
    case 'sparse':
      return {
        kind: 'tensor',
        value: readSparseTensor(message.sparseTensor ?? unreadable(node, name, 'no tensor'), context.directory),
      }
    case 'graph':
      return { kind: 'graph', value: readGraph(message.g ?? unreadable(node, name, 'no graph'), context, depth + 1) }
    default:
      return unreadable(node, name, `a value of kind ${kinds[message.type ?? 0] ?? message.type}`)
  }
}

export function readNode(message: NodeMessage, context: ReadContext, depth: number): Node {
  const name = message.name ?? ''
  const attributes: Record<string, Attribute> = {}
  for (const attribute of message.attribute ?? []) {
    attributes[attribute.name ?? ''] = readAttribute(attribute, name || (message.opType ?? ''), context, depth)
  }
  const domain = message.domain === 'ai.onnx' ? '' : (message.domain ?? '')
  return {
    name,
    opType: message.opType ?? '',
    domain,
    inputs: [...(message.input ?? [])],
    outputs: [...(message.output ?? [])],
    attributes,
  }
}

function readValueInfo(message: ValueInfoMessage): ValueInfo {
  const name = message.name ?? ''
  const tensor = message.type?.tensorType
  if (!tensor) {
    const other = message.type?.sequenceType ? 'a sequence' : message.type?.mapType ? 'a map' : 'no tensor'
    throw new SaliscopeError(
      'graph.structure',
      `"${name}", an input or output of the model, is ${other} where a tensor is needed; export the network alone, without what comes before or behind it.`,
      { tensor: name },
    )
  }
  const dims = tensor.shape
    ? (tensor.shape.dim ?? []).map((dim): Dimension => {
        if (Object.hasOwn(dim, 'dimValue')) {
          const value = toNumber(dim.dimValue)
          return value > 0 ? value : null // some exporters write 0 or −1 for "unknown"
        }
        return dim.dimParam ? dim.dimParam : null
      })
    : null
  return { name, type: elementType(tensor.elemType) ?? 'float', dims }
}

function readOutputInfo(message: ValueInfoMessage): ValueInfo {
  // Sub-graph outputs and some dynamo exports carry no type at all.
  return message.type ? readValueInfo(message) : { name: message.name ?? '', type: 'float', dims: null }
}

/**
 * A GraphProto as data. Initialisers that old IR versions list among the inputs are taken off the inputs; the repair is
 * recorded.
 *
 * errors  graph.structure: nested too deep, inputs that are no tensors; graph.constant, graph.attribute
 */
export function readGraph(message: GraphMessage, context: ReadContext, depth = 0): Graph {
  if (depth > deepest) {
    throw new SaliscopeError(
      'graph.structure',
      `The model nests sub-graphs deeper than ${deepest} levels; no network needs that, export it again.`,
    )
  }
  const initializers = new Map<string, ConstantTensor>()
  const add = (tensor: ConstantTensor): void => {
    if (initializers.has(tensor.name)) {
      throw new SaliscopeError(
        'graph.structure',
        `The constant "${tensor.name}" stands twice in the model; export it again.`,
        {
          tensor: tensor.name,
        },
      )
    }
    initializers.set(tensor.name, tensor)
  }
  for (const tensor of message.initializer ?? []) add(readTensor(tensor, context.directory))
  for (const sparse of message.sparseInitializer ?? []) add(readSparseTensor(sparse, context.directory))
  const listed = message.input ?? []
  const inputs = listed.filter((input) => !initializers.has(input.name ?? ''))
  if (inputs.length < listed.length && depth === 0) {
    context.repairs.push(
      `${listed.length - inputs.length} weights were listed among the inputs, as old files do; they were taken off that list.`,
    )
  }
  return {
    name: message.name ?? '',
    inputs: inputs.map(depth === 0 ? readValueInfo : readOutputInfo),
    outputs: (message.output ?? []).map(readOutputInfo),
    nodes: (message.node ?? []).map((node) => readNode(node, context, depth)),
    initializers,
  }
}

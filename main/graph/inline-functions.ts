import { SaliscopeError } from '../shared/errors.ts'
import { toNumber } from './read-tensor.ts'
import type {
  AttributeMessage,
  FunctionMessage,
  GraphMessage,
  ModelMessage,
  NodeMessage,
  OpsetMessage,
} from './schema.ts'

const key = (domain: string | undefined, name: string | undefined, overload: string | undefined): string =>
  `${domain ?? ''}:${name ?? ''}:${overload ?? ''}`

/** How deep functions may call functions; a call of itself ends here. */
const deepest = 24

interface Scope {
  readonly functions: ReadonlyMap<string, FunctionMessage>
  counter: number
}

function renamedGraph(
  graph: GraphMessage,
  rename: (name: string) => string,
  attributes: Map<string, AttributeMessage>,
): GraphMessage {
  return {
    ...graph,
    node: (graph.node ?? []).map((node) => renamedNode(node, rename, attributes)),
    initializer: (graph.initializer ?? []).map((t) => ({ ...t, name: rename(t.name ?? '') })),
    input: (graph.input ?? []).map((i) => ({ ...i, name: rename(i.name ?? ''), type: i.type })),
    output: (graph.output ?? []).map((o) => ({ ...o, name: rename(o.name ?? ''), type: o.type })),
  }
}

function renamedNode(
  node: NodeMessage,
  rename: (name: string) => string,
  given: Map<string, AttributeMessage>,
): NodeMessage {
  const attribute = (node.attribute ?? []).flatMap((a): AttributeMessage[] => {
    if (a.refAttrName) {
      const value = given.get(a.refAttrName)
      return value ? [{ ...value, name: a.name, refAttrName: undefined }] : []
    }
    return a.g ? [{ name: a.name, type: a.type, g: renamedGraph(a.g, rename, given) }] : [a]
  })
  return {
    name: node.name ? rename(node.name) : '',
    opType: node.opType,
    domain: node.domain,
    overload: node.overload,
    input: (node.input ?? []).map(rename),
    output: (node.output ?? []).map(rename),
    attribute,
  }
}

function expand(node: NodeMessage, scope: Scope, depth: number): NodeMessage[] {
  const called = scope.functions.get(key(node.domain, node.opType, node.overload))
  if (!called) return [withExpandedBodies(node, scope, depth)]
  if (depth > deepest) {
    throw new SaliscopeError(
      'graph.structure',
      `The function "${node.opType}" of the model calls itself, or functions nest deeper than ${deepest} levels.`,
    )
  }
  const prefix = `${node.name || node.opType}/${scope.counter}/`
  scope.counter += 1
  const names = new Map<string, string>([['', '']])
  ;(called.input ?? []).forEach((name, i) => {
    names.set(name, node.input?.[i] ?? '')
  })
  ;(called.output ?? []).forEach((name, i) => {
    names.set(name, node.output?.[i] || `${prefix}${name}`)
  })
  const rename = (name: string): string => names.get(name) ?? `${prefix}${name}`
  const given = new Map<string, AttributeMessage>()
  for (const a of called.attributeProto ?? []) given.set(a.name ?? '', a)
  for (const a of node.attribute ?? []) given.set(a.name ?? '', a)
  const body = (called.node ?? []).map((inner) => renamedNode(inner, rename, given))
  return body.flatMap((inner) => expand(inner, scope, depth + 1))
}

function withExpandedBodies(node: NodeMessage, scope: Scope, depth: number): NodeMessage {
  if (!(node.attribute ?? []).some((a) => a.g)) return node
  return {
    name: node.name,
    opType: node.opType,
    domain: node.domain,
    overload: node.overload,
    input: node.input,
    output: node.output,
    attribute: (node.attribute ?? []).map((a) =>
      a.g ? { name: a.name, type: a.type, g: expandGraph(a.g, scope, depth + 1) } : a,
    ),
  }
}

function expandGraph(graph: GraphMessage, scope: Scope, depth: number): GraphMessage {
  return {
    node: (graph.node ?? []).flatMap((node) => expand(node, scope, depth)),
    name: graph.name,
    initializer: graph.initializer,
    sparseInitializer: graph.sparseInitializer,
    input: graph.input,
    output: graph.output,
  }
}

function checkVersions(model: ModelMessage): OpsetMessage[] {
  const versions = new Map<string, OpsetMessage>()
  for (const opset of model.opsetImport ?? [])
    versions.set(opset.domain === 'ai.onnx' ? '' : (opset.domain ?? ''), opset)
  for (const called of model.functions ?? []) {
    for (const opset of called.opsetImport ?? []) {
      const domain = opset.domain === 'ai.onnx' ? '' : (opset.domain ?? '')
      const known = versions.get(domain)
      if (!known) versions.set(domain, opset)
      else if (toNumber(known.version) !== toNumber(opset.version)) {
        throw new SaliscopeError(
          'graph.opset',
          `The function "${called.name}" of the model uses version ${toNumber(opset.version)} of the operator set "${domain || 'ai.onnx'}" and the model version ${toNumber(known.version)}; export it with one version.`,
          { function: called.name },
        )
      }
    }
  }
  return [...versions.values()]
}

/**
 * Replaces every call of a model-local function by the function's nodes, names made unique per call, attribute
 * references filled in. Torch's dynamo exporter writes such functions.
 *
 * errors  graph.structure: a function calls itself; graph.opset: functions of another operator set version
 * source  ONNX IR, FunctionProto
 */
export function inlineFunctions(model: ModelMessage, repairs: string[]): ModelMessage {
  const list = model.functions ?? []
  if (list.length === 0 || !model.graph) return model
  const opsetImport = checkVersions(model)
  const functions = new Map(list.map((f) => [key(f.domain, f.name, f.overload), f]))
  const graph = expandGraph(model.graph, { functions, counter: 0 }, 0)
  repairs.push(`${list.length} functions defined inside the model were replaced by their operators.`)
  return {
    irVersion: model.irVersion,
    opsetImport,
    producerName: model.producerName,
    producerVersion: model.producerVersion,
    metadataProps: model.metadataProps,
    graph,
  }
}

import { SaliscopeError } from '../shared/errors.ts'
import type { Attribute, ConstantTensor, Graph, Node } from './model.ts'

/** What a sentence calls a node: its operator with its name, or with its first output where it has none. */
export function describeNode(node: Node): string {
  const operator = node.domain === '' ? node.opType : `${node.domain}.${node.opType}`
  return `${operator} node "${node.name || node.outputs.find((o) => o !== '') || '(no output)'}"`
}

function wrongKind(node: Node, name: string, wanted: string, found: string): SaliscopeError {
  return new SaliscopeError(
    'graph.attribute',
    `The attribute "${name}" of the ${describeNode(node)} holds ${found} where ${wanted} is needed; export the model again.`,
    { node: node.name, operator: node.opType, attribute: name },
  )
}

function missing(node: Node, name: string): SaliscopeError {
  return new SaliscopeError(
    'graph.attribute',
    `The ${describeNode(node)} has no attribute "${name}", which its operator needs; export the model again.`,
    { node: node.name, operator: node.opType, attribute: name },
  )
}

/**
 * Readers of a node's attributes. Each returns the attribute's value, or `fallback` when the node has none; without a
 * fallback the attribute is required.
 * errors  graph.attribute: the attribute is missing or of another kind
 */
export function intAttribute(node: Node, name: string, fallback?: number): number {
  const attribute = node.attributes[name]
  if (attribute === undefined) {
    if (fallback === undefined) throw missing(node, name)
    return fallback
  }
  if (attribute.kind !== 'int') throw wrongKind(node, name, 'an integer', attribute.kind)
  return attribute.value
}

export function floatAttribute(node: Node, name: string, fallback?: number): number {
  const attribute = node.attributes[name]
  if (attribute === undefined) {
    if (fallback === undefined) throw missing(node, name)
    return fallback
  }
  if (attribute.kind !== 'float' && attribute.kind !== 'int') throw wrongKind(node, name, 'a number', attribute.kind)
  return attribute.value
}

export function stringAttribute(node: Node, name: string, fallback?: string): string {
  const attribute = node.attributes[name]
  if (attribute === undefined) {
    if (fallback === undefined) throw missing(node, name)
    return fallback
  }
  if (attribute.kind !== 'string') throw wrongKind(node, name, 'a text', attribute.kind)
  return attribute.value
}

export function intsAttribute(node: Node, name: string, fallback?: readonly number[]): readonly number[] {
  const attribute = node.attributes[name]
  if (attribute === undefined) {
    if (fallback === undefined) throw missing(node, name)
    return fallback
  }
  if (attribute.kind !== 'ints') throw wrongKind(node, name, 'a list of integers', attribute.kind)
  return attribute.value
}

export function floatsAttribute(node: Node, name: string, fallback?: readonly number[]): readonly number[] {
  const attribute = node.attributes[name]
  if (attribute === undefined) {
    if (fallback === undefined) throw missing(node, name)
    return fallback
  }
  if (attribute.kind !== 'floats') throw wrongKind(node, name, 'a list of numbers', attribute.kind)
  return attribute.value
}

export function stringsAttribute(node: Node, name: string, fallback?: readonly string[]): readonly string[] {
  const attribute = node.attributes[name]
  if (attribute === undefined) {
    if (fallback === undefined) throw missing(node, name)
    return fallback
  }
  if (attribute.kind !== 'strings') throw wrongKind(node, name, 'a list of texts', attribute.kind)
  return attribute.value
}

/** A tensor attribute, or null when the node has none. */
export function tensorAttribute(node: Node, name: string): ConstantTensor | null {
  const attribute = node.attributes[name]
  if (attribute === undefined) return null
  if (attribute.kind !== 'tensor') throw wrongKind(node, name, 'a tensor', attribute.kind)
  return attribute.value
}

/** A sub-graph attribute (`then_branch`, `body`, …), or null when the node has none. */
export function graphAttribute(node: Node, name: string): Graph | null {
  const attribute = node.attributes[name]
  if (attribute === undefined) return null
  if (attribute.kind !== 'graph') throw wrongKind(node, name, 'a graph', attribute.kind)
  return attribute.value
}

export function hasAttribute(node: Node, name: string): boolean {
  return node.attributes[name] !== undefined
}

/** Makers of attributes: `{ axis: int(1), pads: ints([1, 1, 1, 1]) }`. */
export const int = (value: number): Attribute => ({ kind: 'int', value })
export const float = (value: number): Attribute => ({ kind: 'float', value })
export const string = (value: string): Attribute => ({ kind: 'string', value })
export const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value: [...value] })
export const floats = (value: readonly number[]): Attribute => ({ kind: 'floats', value: [...value] })
export const strings = (value: readonly string[]): Attribute => ({ kind: 'strings', value: [...value] })
export const tensorValue = (value: ConstantTensor): Attribute => ({ kind: 'tensor', value })
export const graphValue = (value: Graph): Attribute => ({ kind: 'graph', value })

import { intAttribute, tensorAttribute } from '../graph/attributes.ts'
import type { ElementType, Node, OnnxModel, Shapes } from '../graph/model.ts'
import { elementTypes } from '../graph/schema.ts'
import { modelBytesFor } from './model-bytes.ts'
import { type RawTensor, Session, type SessionSettings } from './session.ts'

const ALWAYS_INT64 = new Set(['Shape', 'Size', 'ArgMax', 'ArgMin', 'NonZero'])
const ALWAYS_BOOL = new Set([
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'And',
  'Or',
  'Xor',
  'Not',
  'IsNaN',
  'IsInf',
])
/** Operators whose result has the type of an input that is not their first. */
const TYPE_FROM: Readonly<Record<string, number>> = {
  Where: 1,
  QuantizeLinear: 2,
  DequantizeLinear: 1,
  OneHot: 2,
  MatMulInteger: -1,
}

/** Element types of all tensors, from the operators' definitions: ONNX Runtime wants them stated for every output it shows. */
function elementTypesOf(model: OnnxModel, known: Shapes): Map<string, ElementType> {
  const types = new Map<string, ElementType>()
  for (const input of model.graph.inputs) types.set(input.name, input.type)
  for (const [name, tensor] of model.graph.initializers) types.set(name, tensor.type)
  for (const node of model.graph.nodes) {
    node.outputs.forEach((name, i) => {
      if (name !== '') types.set(name, known.get(name)?.type ?? outputType(node, i, types))
    })
  }
  return types
}

function outputType(node: Node, output: number, types: ReadonlyMap<string, ElementType>): ElementType {
  const { opType } = node
  if (ALWAYS_INT64.has(opType)) return 'int64'
  if (ALWAYS_BOOL.has(opType)) return 'bool'
  if (opType === 'Cast') return elementTypes[intAttribute(node, 'to')] ?? 'float'
  if (opType === 'ConstantOfShape') return tensorAttribute(node, 'value')?.type ?? 'float'
  if (opType === 'EyeLike' || opType === 'RandomNormal' || opType === 'RandomUniform')
    return elementTypes[intAttribute(node, 'dtype', 1)] ?? 'float'
  if ((opType === 'MaxPool' || opType === 'TopK' || opType === 'Unique') && output > 0) return 'int64'
  if (opType === 'Dropout' && output === 1) return 'bool'
  if (opType === 'MatMulInteger' || opType === 'ConvInteger') return 'int32'
  if (opType === 'DynamicQuantizeLinear') return output === 1 ? 'float' : 'uint8'
  return types.get(node.inputs[TYPE_FROM[opType] ?? 0]) ?? 'float'
}

export interface Probe {
  readonly shapes: Shapes
  /** Tensors in which NaN or infinity stood. */
  readonly notFinite: readonly string[]
  /** Values of the graph's own outputs. */
  readonly outputs: Readonly<Record<string, RawTensor>>
}

function allFinite(value: RawTensor): boolean {
  if (!(value.data instanceof Float32Array)) return true
  let sum = 0
  for (const v of value.data) sum += v
  return Number.isFinite(sum)
}

/**
 * Shape and type of every tensor, from one run with all of them exposed: the authority, since static inference has gaps
 * (engine.md 3). Constants are included. Optimisation is off, so that nothing is fused away.
 *
 * known   shapes and types that static rules could tell
 * feeds   one value per input; they fix the batch and every open size
 * errors  inference.load, inference.run, inference.memory
 */
export async function probe(
  model: OnnxModel,
  known: Shapes,
  feeds: Readonly<Record<string, RawTensor>>,
  settings: SessionSettings,
): Promise<Probe> {
  const { graph } = model
  const types = elementTypesOf(model, known)
  const own = new Set(graph.outputs.map((output) => output.name))
  const names = [...own, ...graph.nodes.flatMap((node) => node.outputs).filter((name) => name !== '' && !own.has(name))]
  const outputs = names.map((name) => ({ name, type: types.get(name) ?? 'float', dims: null }))
  const source = await modelBytesFor({ ...model, graph: { ...graph, outputs } })
  const session = await Session.load(source.model, { ...settings, provider: 'cpu', optimisation: 'disabled' }).finally(
    source.release,
  )
  try {
    const values = await session.run(feeds, names)
    const shapes = new Map<string, { type: ElementType; dims: readonly number[] }>()
    for (const [name, tensor] of graph.initializers) shapes.set(name, { type: tensor.type, dims: tensor.dims })
    for (const [name, value] of Object.entries({ ...feeds, ...values }))
      shapes.set(name, { type: value.type, dims: value.dims })
    const notFinite = names.filter((name) => !allFinite(values[name]))
    return { shapes, notFinite, outputs: Object.fromEntries([...own].map((name) => [name, values[name]])) }
  } finally {
    await session.close()
  }
}

/**
 * Shapes at another batch size from those at 1 and 2: every size is a + b·N, since an exported graph has no other way to
 * mention its batch.
 */
export function shapesAtBatch(one: Shapes, two: Shapes, batch: number): Shapes {
  const shapes = new Map<string, { type: ElementType; dims: readonly number[] }>()
  for (const [name, { type, dims }] of one) {
    const other = two.get(name)?.dims ?? dims
    shapes.set(name, { type, dims: dims.map((d, i) => d + (batch - 1) * (other[i] - d)) })
  }
  return shapes
}

import type { ElementType, OnnxModel, Shapes } from '../graph/model.ts'
import { exposeTensors } from '../graph/passes/expose.ts'
import { modelBytesFor } from './model-bytes.ts'
import { type RawTensor, Session, type SessionSettings } from './session.ts'

export interface Probe {
  readonly shapes: Shapes
  /** Tensors in which NaN or infinity stood. */
  readonly notFinite: readonly string[]
}

function allFinite(value: RawTensor): boolean {
  if (!(value.data instanceof Float32Array)) return true
  let sum = 0
  for (const v of value.data) sum += v
  return Number.isFinite(sum)
}

/**
 * Shape and type of every tensor, from one run with all of them exposed. Constants are included.
 * Optimisation is off, so that nothing is fused away.
 *
 * known   shapes and types that static rules could tell; the rest is left to ONNX Runtime
 * feeds   one value per input; they fix the batch and every open size
 * errors  inference.load, inference.run, inference.memory
 */
export async function probe(
  model: OnnxModel,
  known: Shapes,
  feeds: Readonly<Record<string, RawTensor>>,
  settings: SessionSettings,
): Promise<Probe> {
  const exposed = exposeTensors(model, null, known)
  const source = modelBytesFor(exposed)
  const plain = { ...settings, provider: 'cpu', optimisation: 'disabled' } as const
  const session = await Session.load(source.model, plain).finally(source.release)
  try {
    const values = await session.run(feeds)
    const shapes = new Map<string, { type: ElementType; dims: readonly number[] }>()
    for (const [name, tensor] of model.graph.initializers) shapes.set(name, { type: tensor.type, dims: tensor.dims })
    for (const [name, value] of Object.entries({ ...feeds, ...values }))
      shapes.set(name, { type: value.type, dims: value.dims })
    const notFinite = session.outputNames.filter((name) => !allFinite(values[name]))
    return { shapes, notFinite }
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

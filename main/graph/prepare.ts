import type { OnnxModel, Shapes } from './model.ts'
import { chainConcats } from './passes/chain-concats.ts'
import { constantsToInitializers } from './passes/constants-to-initializers.ts'
import { dropIdentity } from './passes/drop-identity.ts'
import { fixInputs, type InputDims } from './passes/fix-inputs.ts'
import { type Folded, fold } from './passes/fold.ts'
import { halfToFloat } from './passes/half-to-float.ts'
import { liftBatch } from './passes/lift-batch.ts'
import { liftOpset } from './passes/lift-opset.ts'
import { decomposeMicrosoft } from './passes/microsoft.ts'
import { quantisedToFloat } from './passes/quantised.ts'
import { unrollRecurrent } from './passes/recurrent/unroll.ts'
import { refuseUnrunnable } from './passes/refuse-unrunnable.ts'
import { removeDead } from './passes/remove-dead.ts'
import { resolvePadding } from './passes/resolve-padding.ts'
import { unambiguousScales } from './passes/unambiguous-scales.ts'

/**
 * What needs no shapes: the file in operator set 18, float32, constants as initialisers, nothing quantised or fused,
 * no Identity and no Dropout, concatenations chained. Every change is a sentence in `repairs`.
 *
 * errors  graph.operator, graph.constant
 */
export function normalise(model: OnnxModel): OnnxModel {
  let current = constantsToInitializers(model)
  current = liftOpset(current)
  current = decomposeMicrosoft(current)
  current = halfToFloat(quantisedToFloat(current))
  return removeDead(chainConcats(dropIdentity(current)))
}

/** A batch the file itself fixes and that differs from the one asked for. */
function ownBatch(model: OnnxModel, sizes: InputDims): number | null {
  const input = model.graph.inputs[0]
  const own = input?.dims?.[0]
  const wanted = sizes[input?.name]?.[0]
  return typeof own === 'number' && wanted !== undefined && own !== wanted ? own : null
}

/**
 * A normalised model with fixed input sizes, everything foldable folded and window attributes written out: the form
 * that autodiff takes. A batch fixed in the file is lifted to the one asked for.
 *
 * sizes   full shape per input, batch first
 * probe   shapes from a run with every tensor exposed; needed when `unknown` of a first call is not empty
 * errors  graph.shape: sizes contradict the file, or the batch cannot be lifted; graph.operator: ONNX Runtime does not run it
 */
export function prepare(model: OnnxModel, sizes: InputDims, probe: Shapes | null = null): Folded {
  const own = ownBatch(model, sizes)
  if (own === null) return finished(unrolled(fold(fixInputs(model, sizes), probe), probe))
  const inFile = Object.fromEntries(Object.entries(sizes).map(([name, dims]) => [name, [own, ...dims.slice(1)]]))
  const single = unrolled(fold(fixInputs(model, inFile), null), null)
  return finished(fold(liftBatch(single.model, sizes[model.graph.inputs[0].name][0]), probe))
}

/** Recurrent layers as single steps, once their lengths are known. */
function unrolled(folded: Folded, probe: Shapes | null): Folded {
  const model = unrollRecurrent(folded.model, folded.shapes)
  return model === folded.model ? folded : fold(model, probe)
}

function finished(folded: Folded): Folded {
  // Without the shapes of every window's input, padding waits for the probe.
  if (folded.unknown.length > 0) return folded
  const { shapes } = folded
  refuseUnrunnable(folded.model, shapes)
  const model = unambiguousScales(resolvePadding(folded.model, shapes), shapes)
  const outputs = model.graph.outputs.map((o) => ({ ...o, ...shapes.get(o.name) }))
  return { ...folded, model: { ...model, graph: { ...model.graph, outputs } } }
}

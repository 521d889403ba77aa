import { floatAttribute, int, intAttribute, ints, stringAttribute } from '../../attributes.ts'
import { withGraph } from '../../edit.ts'
import type { Node, OnnxModel, Shapes } from '../../model.ts'
import { type Emit, rewriteNodes } from '../../rewrite.ts'
import { type Activate, activationsOf } from './activations.ts'
import { gruStep, lstmStep, rnnStep, type State, type Step, type Weights } from './cells.ts'

/** Longer layers stay as they are: a graph of so many nodes takes minutes to load. */
const mostSteps = 1024

const gateCounts: Readonly<Record<string, number>> = { LSTM: 4, GRU: 3, RNN: 1 }
const usualActivations: Readonly<Record<string, readonly string[]>> = {
  LSTM: ['Sigmoid', 'Tanh', 'Tanh'],
  GRU: ['Sigmoid', 'Tanh'],
  RNN: ['Tanh'],
}

/** What is known of a recurrent node once sizes are fixed. */
interface Layer {
  readonly node: Node
  readonly steps: number
  readonly hidden: number
  readonly gates: number
  readonly batchFirst: boolean
  /** Per direction: whether it runs from the last step to the first. */
  readonly reversed: readonly boolean[]
  readonly activations: readonly (readonly Activate[])[]
}

/**
 * Writes LSTM, GRU and RNN as their steps, one after the other: products, sums and activations, which all have rules. Layers whose
 * length is not known, differs within a batch or exceeds 1024 steps, and such with unknown activations, stay as they are.
 *
 * shapes  of the model's tensors, sizes fixed
 * source  ONNX operator set, LSTM, GRU, RNN 7, 14
 */
export function unrollRecurrent(model: OnnxModel, shapes: Shapes): OnnxModel {
  const steps: number[] = []
  const rewritten = rewriteNodes(model, (node, emit) => {
    const layer = layerOf(node, shapes, emit)
    if (layer === null) return false
    unroll(layer, emit)
    steps.push(layer.steps)
    return true
  })
  if (steps.length === 0) return model
  const longest = Math.max(...steps)
  const what = steps.length === 1 ? 'A recurrent layer was' : `${steps.length} recurrent layers were`
  return withGraph(rewritten, {}, `${what} written as single steps, ${longest} at most.`)
}

function layerOf(node: Node, shapes: Shapes, emit: Emit): Layer | null {
  if (node.domain !== '' || !Object.hasOwn(gateCounts, node.opType)) return null
  const x = shapes.get(node.inputs[0])?.dims
  const recurrent = shapes.get(node.inputs[2])?.dims ?? emit.constantOf(node.inputs[2])?.dims
  if (x?.length !== 3 || recurrent?.length !== 3) return null
  const batchFirst = intAttribute(node, 'layout', 0) === 1
  const steps = x[batchFirst ? 1 : 0]
  if (steps < 1 || steps > mostSteps) return null
  const lengths = node.inputs[4] ? emit.numbersOf(node.inputs[4]) : []
  if (lengths === null || Array.from(lengths, Number).some((length) => length !== steps)) return null
  const direction = stringAttribute(node, 'direction', 'forward')
  const reversed = direction === 'bidirectional' ? [false, true] : [direction === 'reverse']
  const activations = activationsOf(node, reversed.length, usualActivations[node.opType])
  if (activations === null) return null
  const gates = gateCounts[node.opType]
  return { node, steps, hidden: recurrent[2], gates, batchFirst, reversed, activations }
}

const int64s = (emit: Emit, ...values: readonly number[]): string => emit.constant('int64', [values.length], values)
const transposed = (emit: Emit, x: string, ...perm: readonly number[]): string =>
  emit.add('Transpose', [x], { perm: ints(perm) })[0]

/** One direction's part of a tensor whose given axis counts directions. */
function ofDirection(emit: Emit, x: string, direction: number, axis = 0): string {
  return emit.add('Gather', [x, emit.constant('int64', [], [direction])], { axis: int(axis) })[0]
}

function cut(emit: Emit, x: string, from: number, to: number, axis: number): string {
  return emit.add('Slice', [x, int64s(emit, from), int64s(emit, to), int64s(emit, axis)])[0]
}

function unroll(layer: Layer, emit: Emit): void {
  const { node, batchFirst } = layer
  const x = batchFirst ? transposed(emit, node.inputs[0], 1, 0, 2) : node.inputs[0]
  const runs = layer.reversed.map((backwards, d) => direction(layer, emit, x, d, backwards))
  const [all, lastHidden, lastCell] = node.outputs
  if (all) {
    // [steps, N, hidden] per direction, to [steps, directions, N, hidden] or, batch first, [N, steps, directions, hidden].
    const places = runs.map(({ states }) => stacked(emit, states, 0))
    const wide = places.map((y) => emit.add('Unsqueeze', [y, int64s(emit, 1)])[0])
    const whole = emit.add('Concat', wide, { axis: int(1) }, batchFirst ? 1 : [all])[0]
    if (batchFirst) emit.add('Transpose', [whole], { perm: ints([2, 0, 1, 3]) }, [all])
  }
  const last = (name: string | undefined, of: (run: Run) => string): void => {
    if (name) stacked(emit, runs.map(of), batchFirst ? 1 : 0, [name])
  }
  last(lastHidden, (run) => run.hidden)
  last(lastCell, (run) => run.cell ?? run.hidden)
}

/** Tensors [N, hidden] side by side along a new axis. */
function stacked(emit: Emit, rows: readonly string[], axis: number, name?: readonly string[]): string {
  const apart = rows.map((row) => emit.add('Unsqueeze', [row, int64s(emit, axis)])[0])
  return emit.add('Concat', apart, { axis: int(axis) }, name ?? 1)[0]
}

interface Run {
  /** The hidden state of each step, in the order of the input. */
  readonly states: readonly string[]
  readonly hidden: string
  readonly cell: string | null
}

function direction(layer: Layer, emit: Emit, x: string, d: number, backwards: boolean): Run {
  const { node, steps } = layer
  const step = stepOf(layer, emit, d)
  const projected = projection(layer, emit, x, d)
  const single =
    steps === 1 ? [projected] : emit.add('Split', [projected], { axis: int(0), num_outputs: int(steps) }, steps)
  let state: State = { hidden: initial(layer, emit, node.inputs[5], d), cell: initial(layer, emit, node.inputs[6], d) }
  const states = new Array<string>(steps)
  for (let n = 0; n < steps; n++) {
    const t = backwards ? steps - 1 - n : n
    state = step(emit, emit.add('Squeeze', [single[t], int64s(emit, 0)])[0], state)
    states[t] = state.hidden ?? ''
  }
  return { states, hidden: state.hidden ?? '', cell: state.cell }
}

/** An initial state [N, hidden]; null where it is absent or all zeros. */
function initial({ batchFirst }: Layer, emit: Emit, name: string | undefined, d: number): string | null {
  if (!name) return null
  const numbers = emit.numbersOf(name)
  if (numbers !== null && Array.from(numbers, Number).every((value) => value === 0)) return null
  return ofDirection(emit, name, d, batchFirst ? 1 : 0)
}

/** X·Wᵀ and the biases outside of the recurrence, [steps, N, gates·hidden]. */
function projection({ node, hidden, gates }: Layer, emit: Emit, x: string, d: number): string {
  const weights = transposed(emit, ofDirection(emit, node.inputs[1], d), 1, 0)
  const product = emit.add('MatMul', [x, weights])[0]
  if (!node.inputs[3]) return product
  const bias = ofDirection(emit, node.inputs[3], d)
  const size = gates * hidden
  const own = emit.add('Add', [product, cut(emit, bias, 0, size, 0)])[0]
  if (!resetsProduct(node)) return emit.add('Add', [own, cut(emit, bias, size, 2 * size, 0)])[0]
  // The bias of the candidate stands inside the product with the reset gate.
  const outside = emit.add('Concat', [cut(emit, bias, size, size + 2 * hidden, 0), zeros(emit, hidden)], {
    axis: int(0),
  })
  return emit.add('Add', [own, outside[0]])[0]
}

const zeros = (emit: Emit, count: number): string => emit.constant('float', [count], new Float32Array(count))

const resetsProduct = (node: Node): boolean =>
  node.opType === 'GRU' && intAttribute(node, 'linear_before_reset', 0) !== 0

function stepOf(layer: Layer, emit: Emit, d: number): Step {
  const { node, activations } = layer
  const options = {
    weights: weightsOf(layer, emit, d),
    activate: activations[d],
    clip: floatAttribute(node, 'clip', 0),
  }
  if (node.opType === 'RNN') return rnnStep(options)
  if (node.opType === 'GRU') return gruStep(options, resetsProduct(node))
  return lstmStep(options, intAttribute(node, 'input_forget', 0) !== 0)
}

function weightsOf({ node, hidden, gates }: Layer, emit: Emit, d: number): Weights {
  const recurrent = transposed(emit, ofDirection(emit, node.inputs[2], d), 1, 0)
  const size = gates * hidden
  const isGru = node.opType === 'GRU'
  const bias = node.inputs[3] && resetsProduct(node) ? ofDirection(emit, node.inputs[3], d) : null
  const peephole = node.inputs[7] ? ofDirection(emit, node.inputs[7], d) : null
  return {
    recurrent,
    gates: isGru ? cut(emit, recurrent, 0, 2 * hidden, 1) : recurrent,
    candidate: isGru ? cut(emit, recurrent, 2 * hidden, 3 * hidden, 1) : recurrent,
    candidateBias: bias === null ? null : cut(emit, bias, size + 2 * hidden, 2 * size, 0),
    peepholes: peephole === null ? null : [0, 1, 2].map((i) => cut(emit, peephole, i * hidden, (i + 1) * hidden, 0)),
  }
}

import { type Capabilities, EVERYTHING } from '../graph/capabilities.ts'
import { makeConstant } from '../graph/constants.ts'
import type { Attribute, ConstantTensor, ElementType, Node, OnnxModel, Shapes, ValueInfo } from '../graph/model.ts'
import { sizeOf } from './dims.ts'
import { type Array64, array64 } from './float64/array64.support.ts'
import { evaluate } from './float64/evaluate.support.ts'
import { buildGradient } from './gradient.ts'

/** Random inputs that suit an operator: away from its kinks and inside its domain. */
export type Values =
  | 'normal' // standard normal
  | 'clear' // away from 0, ±½, ±1 and ±3, where activations have kinks
  | 'positive' // 0.5 … 2
  | 'unit' // −0.8 … 0.8
  | 'above-one' // 1.2 … 3
  | 'spread' // all values at least 0.05 apart: no ties, no near ties

export interface FloatInput {
  readonly dims: readonly number[]
  readonly values: Values
  /** Whether the derivative by this input is tested (default: yes). */
  readonly constant?: boolean
}

export interface FixedInput {
  readonly dims: readonly number[]
  readonly type: ElementType
  readonly numbers: readonly number[]
}

/** One line of a table: an operator with attributes and inputs; null is an absent optional input. */
export interface OperatorCase {
  readonly opType: string
  readonly note: string
  readonly attributes?: Readonly<Record<string, Attribute>>
  readonly inputs: readonly (FloatInput | FixedInput | null)[]
  /** Number of outputs, 1 by default. */
  readonly outputs?: number
  /** Operator set; 18 by default. */
  readonly opset?: number
  /** Outputs that hold integers. */
  readonly integerOutputs?: readonly number[]
}

/** Runs a graph: tensors by name in, tensors by name out. */
export type Runner = (
  model: OnnxModel,
  feeds: Readonly<Record<string, { readonly dims: readonly number[]; readonly data: Float32Array }>>,
) => Promise<Readonly<Record<string, { readonly dims: readonly number[]; readonly data: ArrayLike<number> }>>>

/** Small deterministic generator (mulberry32); tests must not depend on the machine. */
export function generator(seed: number): () => number {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export function draw(count: number, values: Values, random: () => number): Float32Array {
  const normal = (): number => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random())
  if (values === 'spread') {
    const order = Array.from({ length: count }, (_, i) => i)
    for (let i = count - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1))
      const kept = order[i]
      order[i] = order[j]
      order[j] = kept
    }
    return Float32Array.from(order, (rank) => (rank - count / 2 + 0.25) * 0.05)
  }
  const one = (): number => {
    if (values === 'positive') return 0.5 + 1.5 * random()
    if (values === 'unit') return 1.6 * random() - 0.8
    if (values === 'above-one') return 1.2 + 1.8 * random()
    for (;;) {
      const v = values === 'clear' ? 2.5 * normal() : normal()
      if (values !== 'clear' || [0, 0.5, 1, 2.5, 3].every((k) => Math.abs(Math.abs(v) - k) > 0.05)) return v
    }
  }
  return Float32Array.from({ length: count }, one)
}

interface Built {
  readonly model: OnnxModel
  readonly node: Node
  readonly values: readonly (Float32Array | null)[]
}

const inputName = (i: number): string => `input${i}`

/** A model of one node, with input `source` fed and all others constants. */
function modelOf(c: OperatorCase, source: number, values: readonly (Float32Array | null)[]): Built {
  const initializers = new Map<string, ConstantTensor>()
  const inputs: ValueInfo[] = []
  c.inputs.forEach((input, i) => {
    if (input === null) return
    const type = 'type' in input ? input.type : 'float'
    if (i === source) inputs.push({ name: inputName(i), type, dims: input.dims })
    else {
      const numbers = 'numbers' in input ? input.numbers : values[i]!
      initializers.set(inputName(i), makeConstant(inputName(i), type, input.dims, numbers))
    }
  })
  const node: Node = {
    name: 'tested',
    opType: c.opType,
    domain: '',
    inputs: c.inputs.map((input, i) => (input === null ? '' : inputName(i))),
    outputs: Array.from({ length: c.outputs ?? 1 }, (_, i) => `output${i}`),
    attributes: c.attributes ?? {},
  }
  const outputs = node.outputs.map((name, i): ValueInfo => {
    return { name, type: c.integerOutputs?.includes(i) ? 'int64' : 'float', dims: null }
  })
  const model: OnnxModel = {
    irVersion: 10,
    opsets: { '': c.opset ?? 18 },
    producer: 'test',
    producerVersion: '',
    metadata: {},
    graph: { name: 'one operator', inputs, outputs, nodes: [node], initializers },
    directory: null,
    repairs: [],
  }
  return { model, node, values }
}

/** What the check found; both errors are relative. */
export interface AdjointResult {
  /** Largest difference of the runtime's values to the double-precision evaluation. */
  readonly value: number
  /** |⟨Ju, v⟩ − ⟨u, Jᵀv⟩| ÷ (Σ|Ju·v| + Σ|u·Jᵀv|) over all outputs and several directions. */
  readonly adjoint: number
}

/**
 * The adjoint test of one case: Jᵀv from the built backward graph in single precision against Ju by central differences
 * in double precision, for each float input in turn and several random directions u.
 *
 * capabilities  of the provider that `run` stands for; rules choose their form by it
 */
export async function checkAdjoint(
  c: OperatorCase,
  run: Runner,
  seed: number,
  capabilities: Capabilities = EVERYTHING,
): Promise<AdjointResult> {
  const random = generator(seed)
  const values = c.inputs.map((i) => (i && 'values' in i ? draw(sizeOf(i.dims), i.values, random) : null))
  let [value, adjoint] = [0, 0]
  for (const [source, input] of c.inputs.entries()) {
    if (input === null || !('values' in input) || input.constant) continue
    const built = modelOf(c, source, values)
    const feed = { [inputName(source)]: { dims: input.dims, data: values[source]! } }
    const forward = await run(built.model, feed)
    const dims = built.node.outputs.map((name) => forward[name].dims)
    const exact = at(c, built.node, values, dims, source, null, 0)
    exact.forEach((y, k) => {
      value = Math.max(value, relative(forward[built.node.outputs[k]].data, y.data))
    })
    const shapes = shapesOf(c, built, dims)
    for (const [k, output] of built.node.outputs.entries()) {
      if (c.integerOutputs?.includes(k)) continue
      const graph = buildGradient(built.model, shapes, {
        source: inputName(source),
        scoreTensor: output,
        rule: 'plain',
        capabilities,
      })
      const v = draw(sizeOf(dims[k]), 'normal', random)
      const back = await run(graph.model, { ...feed, [graph.names.seed]: { dims: dims[k], data: v } })
      const g = back[graph.names.gradient].data
      for (let direction = 0; direction < 3; direction++) {
        const u = draw(sizeOf(input.dims), 'normal', random)
        const h = 1e-5
        const plus = at(c, built.node, values, dims, source, u, h)[k].data
        const minus = at(c, built.node, values, dims, source, u, -h)[k].data
        adjoint = Math.max(
          adjoint,
          mismatch((i) => (plus[i] - minus[i]) / (2 * h), v, u, g),
        )
      }
    }
  }
  return { value, adjoint }
}

/** All outputs in double precision with the source moved by h·u. */
function at(
  c: OperatorCase,
  node: Node,
  values: readonly (Float32Array | null)[],
  dims: readonly (readonly number[])[],
  source: number,
  u: Float32Array | null,
  h: number,
): readonly Array64[] {
  const inputs = c.inputs.map((input, i): Array64 | null => {
    if (input === null) return null
    if ('numbers' in input) return array64(input.dims, input.numbers)
    const x = array64(input.dims, values[i]!)
    if (i === source && u) for (let e = 0; e < x.data.length; e++) x.data[e] += h * u[e]
    return x
  })
  return evaluate(node, inputs, dims)
}

function shapesOf(c: OperatorCase, built: Built, dims: readonly (readonly number[])[]): Shapes {
  const shapes = new Map<string, { type: ElementType; dims: readonly number[] }>()
  c.inputs.forEach((input, i) => {
    if (input) shapes.set(inputName(i), { type: 'type' in input ? input.type : 'float', dims: input.dims })
  })
  built.node.outputs.forEach((name, i) => {
    shapes.set(name, { type: c.integerOutputs?.includes(i) ? 'int64' : 'float', dims: dims[i] })
  })
  return shapes
}

function relative(found: ArrayLike<number>, exact: Float64Array): number {
  let [worst, size] = [0, 1e-6]
  for (let i = 0; i < exact.length; i++) {
    worst = Math.max(worst, Math.abs(Number(found[i]) - exact[i]))
    size = Math.max(size, Math.abs(exact[i]))
  }
  return Number.isNaN(worst) || found.length !== exact.length ? Infinity : worst / size
}

function mismatch(ju: (i: number) => number, v: Float32Array, u: Float32Array, g: ArrayLike<number>): number {
  let [left, right, size] = [0, 0, 1e-9]
  for (let i = 0; i < v.length; i++) {
    left += ju(i) * v[i]
    size += Math.abs(ju(i) * v[i])
  }
  for (let i = 0; i < u.length; i++) {
    right += u[i] * g[i]
    size += Math.abs(u[i] * g[i])
  }
  const found = Math.abs(left - right) / size
  return Number.isNaN(found) ? Infinity : found
}

import { float as floatAttr, int, ints as intsAttr, string } from '../graph/attributes.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import { type Capabilities, EVERYTHING } from '../graph/capabilities.ts'
import type { Attribute, ElementType, Shapes } from '../graph/model.ts'
import { broadcastDims, isIdentity, normaliseAxis, reducedDims, same, sizeOf } from './dims.ts'

/** A tensor by name, or a number that becomes a float scalar. */
export type Operand = string | number

/** Geometry of an emitted convolution; pads are [begin…, end…]. */
export interface ConvGeometry {
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly pads: readonly number[]
  readonly group: number
}

/**
 * Writes standard operators behind a graph and knows the shape of everything it writes, so that each rule's result is
 * compared with the probed shape while the graph is built. One method per operator; results are tensor names.
 *
 * Every operator is one that opset 17 and 18 both have; where the two disagree (axes of reductions) the graph's own
 * opset decides.
 */
export class Emit {
  readonly #builder: GraphBuilder
  readonly #shapes: Shapes
  readonly #own = new Map<string, { type: ElementType; dims: readonly number[] }>()
  readonly opset: number
  /** What the provider that will run the graph computes itself; rules with several forms choose by it. */
  readonly capabilities: Capabilities

  constructor(builder: GraphBuilder, shapes: Shapes, opset: number, capabilities: Capabilities = EVERYTHING) {
    this.#builder = builder
    this.#shapes = shapes
    this.opset = opset
    this.capabilities = capabilities
  }

  /** Shape of a tensor of the model or of an emitted one; null when neither knows it. */
  known(name: string): { readonly type: ElementType; readonly dims: readonly number[] } | null {
    return this.#own.get(name) ?? this.#shapes.get(name) ?? this.#builder.constantOf(name)
  }

  /** errors  RangeError: a tensor without a shape, which the walk excludes beforehand */
  dims(name: string): readonly number[] {
    const found = this.known(name)
    if (!found) throw new RangeError(`The shape of tensor "${name}" was never recorded.`)
    return found.dims
  }

  record(name: string, type: ElementType, dims: readonly number[]): string {
    this.#own.set(name, { type, dims })
    return name
  }

  node(
    opType: string,
    inputs: readonly string[],
    dims: readonly number[],
    attributes: Readonly<Record<string, Attribute>> = {},
    type: ElementType = 'float',
  ): string {
    return this.record(this.#builder.add(opType, inputs, attributes), type, dims)
  }

  /** The values of a constant, or null when the tensor is computed. */
  numbersOf(name: string): ArrayLike<number> | null {
    return this.#builder.numbersOf(name)
  }

  float(value: number): string {
    return this.floats([], [value])
  }

  floats(dims: readonly number[], values: ArrayLike<number>): string {
    return this.record(this.#builder.constant('float', dims, values), 'float', dims)
  }

  ints(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.record(this.#builder.constant('int64', dims, values), 'int64', dims)
  }

  operand(value: Operand): string {
    return typeof value === 'number' ? this.float(value) : value
  }

  #binary(opType: string, a: Operand, b: Operand, type: ElementType): string {
    const left = this.operand(a)
    const right = this.operand(b)
    return this.node(opType, [left, right], broadcastDims(this.dims(left), this.dims(right)), {}, type)
  }

  unary(opType: string, x: string, attributes: Readonly<Record<string, Attribute>> = {}): string {
    return this.node(opType, [x], this.dims(x), attributes)
  }

  add(a: Operand, b: Operand): string {
    return this.#binary('Add', a, b, 'float')
  }
  sub(a: Operand, b: Operand): string {
    return this.#binary('Sub', a, b, 'float')
  }
  mul(a: Operand, b: Operand): string {
    if (a === 1) return this.operand(b)
    if (b === 1) return this.operand(a)
    return this.#binary('Mul', a, b, 'float')
  }
  div(a: Operand, b: Operand): string {
    return this.#binary('Div', a, b, 'float')
  }
  pow(a: Operand, b: Operand): string {
    return this.#binary('Pow', a, b, 'float')
  }
  max(a: Operand, b: Operand): string {
    return this.#binary('Max', a, b, 'float')
  }
  min(a: Operand, b: Operand): string {
    return this.#binary('Min', a, b, 'float')
  }

  greater(a: Operand, b: Operand): string {
    return this.#binary('Greater', a, b, 'bool')
  }
  less(a: Operand, b: Operand): string {
    return this.#binary('Less', a, b, 'bool')
  }
  equal(a: Operand, b: Operand): string {
    return this.#binary('Equal', a, b, 'bool')
  }
  and(a: string, b: string): string {
    return this.#binary('And', a, b, 'bool')
  }
  not(a: string): string {
    return this.node('Not', [a], this.dims(a), {}, 'bool')
  }

  cast(x: string, type: ElementType): string {
    const to: Partial<Record<ElementType, number>> = { float: 1, int32: 6, int64: 7, bool: 9 }
    const code = to[type]
    if (code === undefined) throw new RangeError(`Rules cast to float, int32, int64 and bool, not to ${type}.`)
    return this.node('Cast', [x], this.dims(x), { to: int(code) }, type)
  }

  /** 1 where the condition holds, else 0. Multiplying by it beats Where on the CPU. */
  indicator(condition: string): string {
    return this.cast(condition, 'float')
  }

  where(condition: string, a: Operand, b: Operand): string {
    const left = this.operand(a)
    const right = this.operand(b)
    const dims = broadcastDims(broadcastDims(this.dims(left), this.dims(right)), this.dims(condition))
    return this.node('Where', [condition, left, right], dims)
  }

  /** Sum of one or more tensors of one shape. */
  sum(terms: readonly string[]): string {
    if (terms.length === 1) return terms[0]
    if (terms.length === 2) return this.add(terms[0], terms[1])
    return this.node('Sum', terms, this.dims(terms[0]))
  }

  reshape(x: string, dims: readonly number[]): string {
    const from = this.dims(x)
    if (same(from, dims)) return x
    if (sizeOf(from) !== sizeOf(dims)) throw new RangeError(`[${from}] cannot be reshaped to [${dims}].`)
    return this.node('Reshape', [x, this.ints(dims)], dims, {}, this.known(x)?.type)
  }

  transpose(x: string, perm: readonly number[]): string {
    if (isIdentity(perm)) return x
    const from = this.dims(x)
    return this.node(
      'Transpose',
      [x],
      perm.map((p) => from[p]),
      { perm: intsAttr(perm) },
    )
  }

  /** Sum or extremum over axes. `ReduceSum` takes its axes as an input, the others only from opset 18 on. */
  reduce(opType: string, x: string, axes: readonly number[], keepDims = true): string {
    if (axes.length === 0 && (opType === 'ReduceSum' || opType === 'ReduceMean')) return x
    const from = this.dims(x)
    const dims = reducedDims(from, axes, keepDims)
    const keepdims = int(keepDims ? 1 : 0)
    if (opType === 'ReduceSum' || this.opset >= 18) return this.node(opType, [x, this.ints(axes)], dims, { keepdims })
    return this.node(opType, [x], dims, { keepdims, axes: intsAttr(axes) })
  }

  expand(x: string, dims: readonly number[]): string {
    if (same(this.dims(x), dims)) return x
    return this.node('Expand', [x, this.ints(dims)], dims, {}, this.known(x)?.type)
  }

  zeros(dims: readonly number[]): string {
    return this.expand(
      this.reshape(
        this.float(0),
        dims.map(() => 1),
      ),
      dims,
    )
  }

  /** Undoes broadcasting: sums g over the axes along which `dims` was stretched. */
  unbroadcast(g: string, dims: readonly number[]): string {
    const from = this.dims(g)
    if (same(from, dims)) return g
    const lead = from.length - dims.length
    const axes = from.map((_, i) => i).filter((i) => i < lead || (dims[i - lead] === 1 && from[i] !== 1))
    return this.reshape(this.reduce('ReduceSum', g, axes), dims)
  }

  /** x[starts : ends : steps] along `axes`; ends are exclusive and may be −∞ (−2⁶²) for negative steps. */
  slice(
    x: string,
    starts: readonly number[],
    ends: readonly number[],
    axes: readonly number[],
    steps: readonly number[] = axes.map(() => 1),
  ): string {
    const dims = [...this.dims(x)]
    axes.forEach((axis, i) => {
      const stop = Math.max(ends[i], -1)
      dims[axis] = Math.max(0, Math.ceil((stop - starts[i]) / steps[i]))
    })
    if (same(dims, this.dims(x)) && steps.every((s) => s === 1)) return x
    const past = -(2 ** 52)
    const raw = ends.map((e, i) => (steps[i] < 0 && e < 0 ? past : e))
    const inputs = [x, this.ints(starts), this.ints(raw), this.ints(axes), this.ints(steps)]
    return this.node('Slice', inputs, dims, {}, this.known(x)?.type)
  }

  /** Reverses the order along axes. */
  flip(x: string, axes: readonly number[]): string {
    const turning = axes.filter((a) => this.dims(x)[a] > 1)
    if (turning.length === 0) return x
    const dims = this.dims(x)
    return this.slice(
      x,
      turning.map((a) => dims[a] - 1),
      turning.map(() => -1),
      turning,
      turning.map(() => -1),
    )
  }

  /** Zeros, or another value, around a tensor; negative amounts cut it. */
  pad(x: string, begins: readonly number[], ends: readonly number[], value = 0): string {
    const from = this.dims(x)
    const cutAxes = from.map((_, i) => i).filter((i) => begins[i] < 0 || ends[i] < 0)
    let y = x
    if (cutAxes.length > 0) {
      const starts = cutAxes.map((i) => Math.max(0, -begins[i]))
      y = this.slice(
        x,
        starts,
        cutAxes.map((i) => from[i] - Math.max(0, -ends[i])),
        cutAxes,
      )
    }
    const b = begins.map((v) => Math.max(0, v))
    const e = ends.map((v) => Math.max(0, v))
    if (b.every((v) => v === 0) && e.every((v) => v === 0)) return y
    const dims = this.dims(y).map((d, i) => d + b[i] + e[i])
    const inputs = [y, this.ints([...b, ...e]), ...(value === 0 ? [] : [this.float(value)])]
    return this.node('Pad', inputs, dims)
  }

  concat(parts: readonly string[], axis: number): string {
    if (parts.length === 1) return parts[0]
    const dims = [...this.dims(parts[0])]
    dims[axis] = parts.reduce((n, p) => n + this.dims(p)[axis], 0)
    return this.node('Concat', parts, dims, { axis: int(axis) }, this.known(parts[0])?.type)
  }

  split(x: string, sizes: readonly number[], axis: number): readonly string[] {
    if (sizes.length === 1) return [x]
    const names = this.#builder.addMany('Split', [x, this.ints(sizes)], { axis: int(axis) }, sizes.length)
    return names.map((name, i) =>
      this.record(
        name,
        'float',
        this.dims(x).map((d, a) => (a === axis ? sizes[i] : d)),
      ),
    )
  }

  matMul(a: string, b: string): string {
    const left = this.dims(a)
    const right = this.dims(b)
    const batch = broadcastDims(left.slice(0, -2), right.slice(0, -2))
    return this.node('MatMul', [a, b], [...batch, left[left.length - 2], right[right.length - 1]])
  }

  /** alpha · op(a) · op(b) of two matrices; the flags transpose. */
  gemm(a: string, b: string, transA: boolean, transB: boolean, alpha = 1): string {
    const rows = this.dims(a)[transA ? 1 : 0]
    const columns = this.dims(b)[transB ? 0 : 1]
    const attributes = { transA: int(transA ? 1 : 0), transB: int(transB ? 1 : 0), alpha: floatAttr(alpha) }
    return this.node('Gemm', [a, b], [rows, columns], attributes)
  }

  conv(x: string, w: string, bias: string | null, geometry: ConvGeometry, dims: readonly number[]): string {
    const attributes = {
      strides: intsAttr(geometry.strides),
      dilations: intsAttr(geometry.dilations),
      pads: intsAttr(geometry.pads),
      group: int(geometry.group),
      kernel_shape: intsAttr(this.dims(w).slice(2)),
    }
    return this.node('Conv', bias === null ? [x, w] : [x, w, bias], dims, attributes)
  }

  gather(x: string, indices: string, axis: number): string {
    const dims = this.dims(x)
    const at = normaliseAxis(axis, dims.length)
    const out = [...dims.slice(0, at), ...this.dims(indices), ...dims.slice(at + 1)]
    return this.node('Gather', [x, indices], out, { axis: int(at) }, this.known(x)?.type)
  }

  /**
   * Values [N, C, …out] at their places among zeros [N, C, …in], in ≥ out; `indices` count flat over the result, and no two may be
   * equal. The window only tells the size: (out − 1)·1 + (in − out + 1). Told by an input, the runtime would not know it ahead.
   */
  unpool(values: string, indices: string, dims: readonly number[]): string {
    const out = this.dims(values).slice(2)
    const kernel = intsAttr(out.map((size, i) => dims[i + 2] - size + 1))
    return this.node('MaxUnpool', [values, indices], dims, {
      kernel_shape: kernel,
      strides: intsAttr(out.map(() => 1)),
    })
  }

  /** Adds (or, where each place is written once, sets) updates into `data` along one axis. */
  scatter(data: string, indices: string, updates: string, axis: number, add: boolean): string {
    const attributes: Record<string, Attribute> = { axis: int(axis) }
    if (add) attributes['reduction'] = string('add')
    return this.node('ScatterElements', [data, indices, updates], this.dims(data), attributes)
  }
}

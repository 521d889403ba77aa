import { sizeOf } from '../../tensor/tensor.ts'
import { intAttribute } from '../attributes.ts'
import { elementTypes } from '../schema.ts'
import { broadcastDims, broadcastSteps, type Evaluator, storage, type Value, visit } from './value.ts'

const isInteger = (value: Value): boolean => value.type !== 'float' && value.type !== 'double'

function unary(f: (x: number) => number, type?: Value['type']): Evaluator {
  return (_, [x]) => {
    if (!x) return null
    const out = type ?? x.type
    const data = storage(out, x.data.length)
    for (let i = 0; i < data.length; i++) data[i] = f(x.data[i])
    return [{ type: out, dims: x.dims, data }]
  }
}

function combine(a: Value, b: Value, type: Value['type'], f: (x: number, y: number) => number): Value | null {
  const dims = broadcastDims(a.dims, b.dims)
  if (dims === null) return null
  const data = storage(type, sizeOf(dims))
  visit(dims, [broadcastSteps(a.dims, dims), broadcastSteps(b.dims, dims)], (at, [i, j]) => {
    data[at] = f(a.data[i], b.data[j])
  })
  return { type, dims, data }
}

function binary(f: (x: number, y: number, integer: boolean) => number, type?: Value['type']): Evaluator {
  return (_, [a, b]) => {
    if (!a || !b) return null
    const integer = isInteger(a)
    const value = combine(a, b, type ?? a.type, (x, y) => f(x, y, integer))
    return value && [value]
  }
}

/** Sum, Max, Min, Mean of any number of operands; Mean divides at the end. */
function variadic(f: (x: number, y: number) => number, mean = false): Evaluator {
  return (_, inputs) => {
    let result: Value | null = inputs[0]
    for (const next of inputs.slice(1)) result = result && next ? combine(result, next, result.type, f) : null
    if (!result || !mean) return result && [result]
    return [{ ...result, data: Float32Array.from(result.data, (x) => x / inputs.length) }]
  }
}

const flag = (condition: boolean): number => (condition ? 1 : 0)

/** Integer division truncates towards zero; a zero divisor is left to ONNX Runtime, which reports it. */
function divide(a: number, b: number, integer: boolean): number {
  return integer ? Math.trunc(a / b) : a / b
}

function modulo(node: Parameters<Evaluator>[0], inputs: Parameters<Evaluator>[1]): ReturnType<Evaluator> {
  const [a, b] = inputs
  if (!a || !b) return null
  const c = intAttribute(node, 'fmod', 0) === 1
  const value = combine(a, b, a.type, (x, y) => (c ? x % y : x - y * Math.floor(x / y)))
  return value && [value]
}

const where: Evaluator = (_, [condition, a, b]) => {
  if (!condition || !a || !b) return null
  const dims = broadcastDims(condition.dims, a.dims, b.dims)
  if (dims === null) return null
  const data = storage(a.type, sizeOf(dims))
  const steps = [condition, a, b].map((v) => broadcastSteps(v.dims, dims))
  visit(dims, steps, (at, [c, i, j]) => {
    data[at] = condition.data[c] ? a.data[i] : b.data[j]
  })
  return [{ type: a.type, dims, data }]
}

const ranges: Readonly<Partial<Record<Value['type'], number>>> = {
  int8: 8,
  uint8: 8,
  int16: 16,
  uint16: 16,
  int32: 32,
  uint32: 32,
}

/** Float to integer truncates; narrow integers wrap around, as the runtime's static_cast does. */
const cast: Evaluator = (node, [x]) => {
  const type = elementTypes[intAttribute(node, 'to')]
  if (!x || !type || type === 'string') return null
  const bits = ranges[type]
  const data = storage(type, x.data.length)
  for (let i = 0; i < data.length; i++) {
    const v = x.data[i]
    if (type === 'float' || type === 'double' || type === 'float16' || type === 'bfloat16') data[i] = v
    else if (type === 'bool') data[i] = flag(v !== 0)
    else {
      const whole = Math.trunc(v)
      data[i] = bits === undefined ? whole : wrap(whole, bits, type.startsWith('u'))
    }
  }
  return [{ type, dims: x.dims, data }]
}

function wrap(value: number, bits: number, unsigned: boolean): number {
  const range = 2 ** bits
  const low = ((value % range) + range) % range
  return !unsigned && low >= range / 2 ? low - range : low
}

const clip: Evaluator = (_, [x, low, high]) => {
  if (!x) return null
  const least = low ? low.data[0] : Number.NEGATIVE_INFINITY
  const most = high ? high.data[0] : Number.POSITIVE_INFINITY
  const data = storage(x.type, x.data.length)
  for (let i = 0; i < data.length; i++) data[i] = Math.min(Math.max(x.data[i], least), most)
  return [{ type: x.type, dims: x.dims, data }]
}

/** Ties go to the even neighbour, as IEEE rounding does. */
function roundToEven(x: number): number {
  const low = Math.floor(x)
  const rest = x - low
  if (rest < 0.5) return low
  return rest > 0.5 || low % 2 !== 0 ? low + 1 : low
}

export const elementwise: Readonly<Record<string, Evaluator>> = {
  Identity: (_, [x]) => x && [x],
  Cast: cast,
  CastLike: (node, [x, like]) =>
    like &&
    cast({ ...node, attributes: { to: { kind: 'int', value: elementTypes.indexOf(like.type as 'float') } } }, [x]),
  Clip: clip,
  Where: where,
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: (node, inputs) => {
    const [a, b] = inputs
    if (a && b && isInteger(a) && Array.from(b.data).includes(0)) return null
    return binary(divide)(node, inputs)
  },
  Mod: modulo,
  Pow: binary((a, b) => a ** b),
  Sum: variadic((a, b) => a + b),
  Mean: variadic((a, b) => a + b, true),
  Max: variadic(Math.max),
  Min: variadic(Math.min),
  Equal: binary((a, b) => flag(a === b), 'bool'),
  Less: binary((a, b) => flag(a < b), 'bool'),
  LessOrEqual: binary((a, b) => flag(a <= b), 'bool'),
  Greater: binary((a, b) => flag(a > b), 'bool'),
  GreaterOrEqual: binary((a, b) => flag(a >= b), 'bool'),
  And: binary((a, b) => flag(a !== 0 && b !== 0), 'bool'),
  Or: binary((a, b) => flag(a !== 0 || b !== 0), 'bool'),
  Xor: binary((a, b) => flag((a !== 0) !== (b !== 0)), 'bool'),
  Not: unary((x) => flag(x === 0), 'bool'),
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Round: unary(roundToEven),
  Sqrt: unary(Math.sqrt),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Reciprocal: unary((x) => 1 / x),
  Sign: unary(Math.sign),
  Sin: unary(Math.sin),
  Cos: unary(Math.cos),
  Tanh: unary(Math.tanh),
  Sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  Relu: unary((x) => Math.max(x, 0)),
  IsNaN: unary((x) => flag(Number.isNaN(x)), 'bool'),
  IsInf: unary((x) => flag(Math.abs(x) === Number.POSITIVE_INFINITY), 'bool'),
}

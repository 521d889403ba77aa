/** ONNX element types by their name in TensorProto.DataType. */
export type ElementType =
  | 'float'
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'string'
  | 'bool'
  | 'float16'
  | 'double'
  | 'uint32'
  | 'uint64'
  | 'bfloat16'
  | 'float8e4m3fn'
  | 'float8e4m3fnuz'
  | 'float8e5m2'
  | 'float8e5m2fnuz'
  | 'uint4'
  | 'int4'

/** Where the bytes of a tensor lie: in memory (a view, never a copy of the file) or in a file beside the model. */
export type TensorSource =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'external'; readonly location: string; readonly offset: number; readonly length: number }

/** A constant of the graph. Little-endian raw bytes in C order. */
export interface ConstantTensor {
  readonly name: string
  readonly type: ElementType
  readonly dims: readonly number[]
  readonly source: TensorSource
}

export type Attribute =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tensor'; readonly value: ConstantTensor }
  | { readonly kind: 'graph'; readonly value: Graph }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }

/** One operator. An absent optional input or output is the empty string, as in ONNX. */
export interface Node {
  readonly name: string
  readonly opType: string
  /** '' is the standard domain ai.onnx. */
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, Attribute>>
}

/** A dimension: a number, a symbolic name, or null when nothing is said. */
export type Dimension = number | string | null

export interface ValueInfo {
  readonly name: string
  readonly type: ElementType
  readonly dims: readonly Dimension[] | null
}

/** Nodes stand in topological order. Initialisers are never listed among the inputs (old IR files are repaired on reading). */
export interface Graph {
  readonly name: string
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly ValueInfo[]
  readonly nodes: readonly Node[]
  readonly initializers: ReadonlyMap<string, ConstantTensor>
}

export interface OnnxModel {
  readonly irVersion: number
  /** Opset per domain; '' is ai.onnx. */
  readonly opsets: Readonly<Record<string, number>>
  readonly producer: string
  readonly producerVersion: string
  readonly metadata: Readonly<Record<string, string>>
  readonly graph: Graph
  /** Folder of the file, against which external data is resolved; null for a model made in memory. */
  readonly directory: string | null
  /** Sentences about what reading repaired (initialisers listed as inputs, …). */
  readonly repairs: readonly string[]
}

/** Concrete shape and type of every tensor, from one run with all intermediates exposed. */
export type Shapes = ReadonlyMap<string, { readonly type: ElementType; readonly dims: readonly number[] }>

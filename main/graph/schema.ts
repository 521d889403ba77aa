import protobuf from 'protobufjs'

/**
 * The part of the ONNX protobuf schema (onnx.proto, IR version 11) that a model for inference uses. Documentation
 * strings, value_info and training information are left out: they are skipped on reading.
 * source  github.com/onnx/onnx, onnx/onnx.proto
 */
const onnxProto = `
syntax = "proto2";
package onnx;
message AttributeProto {
  optional string name = 1; optional string ref_attr_name = 21; optional int32 type = 20;
  optional float f = 2; optional int64 i = 3; optional bytes s = 4; optional TensorProto t = 5; optional GraphProto g = 6;
  optional SparseTensorProto sparse_tensor = 22;
  repeated float floats = 7; repeated int64 ints = 8; repeated bytes strings = 9; repeated TensorProto tensors = 10;
  repeated GraphProto graphs = 11;
}
message ValueInfoProto { optional string name = 1; optional TypeProto type = 2; }
message NodeProto {
  repeated string input = 1; repeated string output = 2; optional string name = 3; optional string op_type = 4;
  optional string domain = 7; optional string overload = 8; repeated AttributeProto attribute = 5;
}
message ModelProto {
  optional int64 ir_version = 1; repeated OperatorSetIdProto opset_import = 8; optional string producer_name = 2;
  optional string producer_version = 3; optional GraphProto graph = 7; repeated StringStringEntryProto metadata_props = 14;
  repeated FunctionProto functions = 25;
}
message StringStringEntryProto { optional string key = 1; optional string value = 2; }
message GraphProto {
  repeated NodeProto node = 1; optional string name = 2; repeated TensorProto initializer = 5;
  repeated SparseTensorProto sparse_initializer = 15; repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12;
}
message TensorProto {
  repeated int64 dims = 1; optional int32 data_type = 2; repeated float float_data = 4 [packed = true];
  repeated int32 int32_data = 5 [packed = true]; repeated bytes string_data = 6; repeated int64 int64_data = 7 [packed = true];
  optional string name = 8; optional bytes raw_data = 9; repeated StringStringEntryProto external_data = 13;
  optional int32 data_location = 14; repeated double double_data = 10 [packed = true]; repeated uint64 uint64_data = 11 [packed = true];
}
message SparseTensorProto { optional TensorProto values = 1; optional TensorProto indices = 2; repeated int64 dims = 3; }
message TensorShapeProto {
  message Dimension { optional int64 dim_value = 1; optional string dim_param = 2; }
  repeated Dimension dim = 1;
}
message TypeProto {
  message Tensor { optional int32 elem_type = 1; optional TensorShapeProto shape = 2; }
  message Other { }
  optional Tensor tensor_type = 1; optional Other sequence_type = 4; optional Other map_type = 5;
  optional Other sparse_tensor_type = 8; optional Other optional_type = 9;
}
message OperatorSetIdProto { optional string domain = 1; optional int64 version = 2; }
message FunctionProto {
  optional string name = 1; repeated string input = 4; repeated string output = 5; repeated string attribute = 6;
  repeated AttributeProto attribute_proto = 11; repeated NodeProto node = 7; repeated OperatorSetIdProto opset_import = 9;
  optional string domain = 10; optional string overload = 13;
}
`

/** A 64-bit integer as protobufjs gives it (an object), or as we write it (a number). */
export type Integer64 = number | { readonly low: number; readonly high: number; toNumber(): number }

export interface EntryMessage {
  key?: string
  value?: string
}
export interface TensorMessage {
  dims?: Integer64[]
  dataType?: number
  floatData?: number[]
  int32Data?: number[]
  stringData?: Uint8Array[]
  int64Data?: Integer64[]
  name?: string
  rawData?: Uint8Array
  externalData?: EntryMessage[]
  dataLocation?: number
  doubleData?: number[]
  uint64Data?: Integer64[]
}
export interface SparseTensorMessage {
  values?: TensorMessage
  indices?: TensorMessage
  dims?: Integer64[]
}
export interface AttributeMessage {
  name?: string
  refAttrName?: string
  type?: number
  f?: number
  i?: Integer64
  s?: Uint8Array
  t?: TensorMessage
  g?: GraphMessage
  sparseTensor?: SparseTensorMessage
  floats?: number[]
  ints?: Integer64[]
  strings?: Uint8Array[]
  tensors?: TensorMessage[]
  graphs?: GraphMessage[]
}
export interface NodeMessage {
  input?: string[]
  output?: string[]
  name?: string
  opType?: string
  domain?: string
  overload?: string
  attribute?: AttributeMessage[]
}
export interface DimensionMessage {
  dimValue?: Integer64
  dimParam?: string
}
export interface ValueInfoMessage {
  name?: string
  type?: {
    tensorType?: { elemType?: number; shape?: { dim?: DimensionMessage[] } }
    sequenceType?: object
    mapType?: object
    sparseTensorType?: object
    optionalType?: object
  }
}
export interface GraphMessage {
  node?: NodeMessage[]
  name?: string
  initializer?: TensorMessage[]
  sparseInitializer?: SparseTensorMessage[]
  input?: ValueInfoMessage[]
  output?: ValueInfoMessage[]
}
export interface OpsetMessage {
  domain?: string
  version?: Integer64
}
export interface FunctionMessage {
  name?: string
  input?: string[]
  output?: string[]
  attribute?: string[]
  attributeProto?: AttributeMessage[]
  node?: NodeMessage[]
  opsetImport?: OpsetMessage[]
  domain?: string
  overload?: string
}
export interface ModelMessage {
  irVersion?: Integer64
  opsetImport?: OpsetMessage[]
  producerName?: string
  producerVersion?: string
  graph?: GraphMessage
  metadataProps?: EntryMessage[]
  functions?: FunctionMessage[]
}

let modelType: protobuf.Type | null = null

function type(): protobuf.Type {
  modelType ??= protobuf.parse(onnxProto).root.lookupType('onnx.ModelProto')
  return modelType
}

/** Decodes a ModelProto; every `bytes` field is a view on the given buffer. Throws protobufjs's errors. */
export function decodeModel(bytes: Buffer): ModelMessage {
  // protobufjs types decoded messages as open objects; the interface above is the schema written once more.
  return type().decode(bytes) as unknown as ModelMessage
}

/** Encodes a ModelProto into one buffer; each `bytes` field is copied once, into the result. */
export function encodeModel(message: ModelMessage): Uint8Array {
  return type().encode(message).finish()
}

/** TensorProto.DataType by number. */
export const elementTypes = [
  null,
  'float',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'double',
  'uint32',
  'uint64',
  null,
  null,
  'bfloat16',
  'float8e4m3fn',
  'float8e4m3fnuz',
  'float8e5m2',
  'float8e5m2fnuz',
  'uint4',
  'int4',
] as const

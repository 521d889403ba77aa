/**
 * Operators that reading and preparing a model write as other operators, so that they need no rule of their own:
 * operator → what becomes of it. A file in which one of them has a form that cannot be rewritten is refused by name.
 */
export const rewritten: Readonly<Record<string, string>> = {
  Upsample: 'written as Resize',
  Scatter: 'written as ScatterElements',
  RotaryEmbedding: 'written as products with the tables of cosines and sines',
  Attention: 'written as MatMul and Softmax, with masks, grouped heads and soft caps; caches and windows are refused',
  AffineGrid: 'written as the points of a grid times the matrices',
  CenterCropPad: 'written as Pad and Slice',
  Col2Im:
    'written as a transposed convolution that puts numbers at their places; a computed size of the windows is refused',
  CumProd: 'written as products along a further axis, n² numbers for n along the axis; a computed axis is refused',
  LSTM: 'written as single steps where the length is known and at most 1024; peepholes, clipping and coupled gates included',
  GRU: 'written as single steps where the length is known and at most 1024',
  RNN: 'written as single steps where the length is known and at most 1024',
  QuantizeLinear: 'rounding is left out; the gradient goes straight through inside the range',
  DequantizeLinear: 'weights are computed in float32',
  DynamicQuantizeLinear: 'left out: the products behind it are computed in float32',
  ConvInteger: 'written as Conv in float32',
  MatMulInteger: 'written as MatMul in float32',
  QLinearConv: 'written as Conv in float32',
  QLinearMatMul: 'written as MatMul in float32',
  If: 'the branch is inlined when its condition is constant once sizes are fixed; refused otherwise',
  'com.microsoft.FusedConv': 'written as Conv and its activation',
  'com.microsoft.FusedGemm': 'written as Gemm and its activation',
  'com.microsoft.FusedMatMul': 'written as MatMul with transpositions and a factor',
  'com.microsoft.Gelu': 'written with Erf',
  'com.microsoft.BiasGelu': 'written as Add and Gelu with Erf',
  'com.microsoft.FastGelu': 'written with Tanh',
  'com.microsoft.QuickGelu': 'written with Sigmoid',
  'com.microsoft.QLinear…, QGemm, MatMulIntegerToFloat, DynamicQuantizeMatMul': 'written in float32',
  'com.microsoft.RotaryEmbedding': 'written as products with the tables of cosines and sines',
  'com.microsoft.Attention': 'written as MatMul and Softmax; padding masks and caches are refused',
  'com.microsoft.MultiHeadAttention':
    'written as MatMul and Softmax; packed inputs, padding masks and caches are refused',
  'com.microsoft.SkipLayerNormalization': 'written as Add and LayerNormalization',
  'com.microsoft.SkipSimplifiedLayerNormalization': 'written as Add and a division by the root mean square',
}

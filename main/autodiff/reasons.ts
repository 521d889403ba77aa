const sequence = 'it works on lists of tensors; export the model without sequences'
const random = 'its values are drawn anew in every run; export the model in inference mode'
const signal = 'no rule has been written for transforms of signals; compute them before the network'
const text = 'it works on texts'
const loss = 'it is a training loss; explain the score that it is computed from'
const cache = 'it belongs to language models that generate step by step'

const recurrent =
  'recurrent layers are written as single steps only where all sequences have one length, known beforehand, of at most 1024 steps'

const reasons: Readonly<Record<string, string>> = {
  Loop: 'its body would have to be unrolled with a length known beforehand; export the model without loops',
  Scan: 'its body would have to be unrolled with a length known beforehand; export the model without loops',
  If: 'its condition is not constant; fix the input size so that the branch can be chosen beforehand',
  LSTM: recurrent,
  GRU: recurrent,
  RNN: recurrent,
  NonMaxSuppression: 'a choice of boxes has no gradient; explain a score that comes before it',
  RoiAlign: 'its sampling would need a rule per region; explain a classifier without region proposals',
  MaxRoiPool: 'its sampling would need a rule per region; explain a classifier without region proposals',
  QLinearConv: 'quantised arithmetic has no gradient; let the model be rewritten to float first',
  QLinearMatMul: 'quantised arithmetic has no gradient; let the model be rewritten to float first',
  ConvInteger: 'quantised arithmetic has no gradient; let the model be rewritten to float first',
  MatMulInteger: 'quantised arithmetic has no gradient; let the model be rewritten to float first',
  DynamicQuantizeLinear: 'quantised arithmetic has no gradient; let the model be rewritten to float first',
  BitShift: 'it works on integers',
  Det: 'the derivative of a determinant needs an inverse, which ONNX has no operator for',
  BitCast: 'it reads the bits of a number as another type',
  StringNormalizer: text,
  StringConcat: text,
  StringSplit: text,
  RegexFullMatch: text,
  TfIdfVectorizer: text,
  SequenceAt: sequence,
  SequenceConstruct: sequence,
  SequenceEmpty: sequence,
  SequenceErase: sequence,
  SequenceInsert: sequence,
  SequenceLength: sequence,
  SequenceMap: sequence,
  SplitToSequence: sequence,
  ConcatFromSequence: sequence,
  Optional: sequence,
  OptionalGetElement: sequence,
  OptionalHasElement: sequence,
  RandomNormal: random,
  RandomUniform: random,
  Multinomial: random,
  DFT: signal,
  STFT: signal,
  MelWeightMatrix: signal,
  BlackmanWindow: signal,
  HammingWindow: signal,
  HannWindow: signal,
  NegativeLogLikelihoodLoss: loss,
  SoftmaxCrossEntropyLoss: loss,
  TensorScatter: cache,
  LinearAttention: cache,
  CausalConvWithState: cache,
  DeformConv: 'its sampling positions are computed per window; no rule has been written for it',
  SwiGLU: 'it came with operator set 28, which ONNX Runtime 1.30 does not run; export the model with opset 26 or below',
  Unique: 'how many values it returns depends on the values themselves',
  ImageDecoder: 'pictures are decoded before the network, not inside',
}

/** Half a sentence on forms of an operator that are refused although the operator has a rule. */
export const limits: Readonly<Record<string, string>> = {
  GridSample: 'cubic sampling of volumes is refused: ONNX Runtime computes it for pictures only',
  Resize: 'a keep_aspect_ratio_policy other than stretch is refused',
}

/**
 * Half a sentence that says why an operator has no derivative, or what would be needed.
 */
export function reasonFor(domain: string, opType: string): string {
  if (domain === 'com.microsoft' || domain === 'com.microsoft.nchwc') {
    return `${domain}.${opType} is a fused operator of ONNX Runtime; ask for the file as it was before optimisation`
  }
  if (domain !== '' && domain !== 'ai.onnx') return `"${domain}" is a custom domain whose operators are not known here`
  return reasons[opType] ?? 'no rule has been written for it yet'
}

const reasons: Readonly<Record<string, string>> = {
  Loop: 'its body would have to be unrolled with a length known beforehand; export the model without loops',
  Scan: 'its body would have to be unrolled with a length known beforehand; export the model without loops',
  If: 'its condition is not constant; fix the input size so that the branch can be chosen beforehand',
  LSTM: 'recurrent layers would have to be unrolled over their known length',
  GRU: 'recurrent layers would have to be unrolled over their known length',
  RNN: 'recurrent layers would have to be unrolled over their known length',
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
  StringNormalizer: 'it works on texts',
  TfIdfVectorizer: 'it works on texts',
  ImageDecoder: 'pictures are decoded before the network, not inside',
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

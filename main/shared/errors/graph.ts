/** Error codes of `graph`: code → one paragraph with cause and cure. */
export const graphErrors = {
  'graph.not-found': 'The model file does not exist or is not a regular file. Check the path.',
  'graph.empty': 'The model file holds no bytes, or only zeros; a download or copy was interrupted. Fetch it again.',
  'graph.not-onnx':
    'The file is not an ONNX model; the message says what it looks like (a picture, a PyTorch checkpoint, a Keras file, a Git-LFS pointer, an ONNX Runtime .ort file, …). Export the network to ONNX, or fetch the real file behind the pointer.',
  'graph.damaged':
    'The file begins like an ONNX model but ends early or breaks off inside; it is truncated or altered. Fetch it again.',
  'graph.too-large':
    'A protobuf file ends at 2 GB. Save the model with its weights as external data (onnx.save with save_as_external_data) beside it.',
  'graph.opset':
    'The model declares a version of the operator set, or a domain, that this program does not read. ai.onnx versions 7 to 26 are read. Export again with opset 17 or 18.',
  'graph.operator':
    'An operator has a form that cannot be rewritten to operator set 18; the message names node and operator. Export again with opset 17 or 18, from the training framework and not from a runtime-optimised file.',
  'graph.attribute':
    'A node lacks an attribute its operator needs, or the attribute has another kind. The file is malformed; export again.',
  'graph.external-data':
    'A file with weights that the model names is missing, lies outside the model folder, is a link or no regular file, or is shorter than the model says. Nothing of it was read. Put the file beside the model under the name in the message.',
  'graph.constant':
    'A constant of the model contradicts itself (size and shape differ, negative or overflowing size, unknown element type), or has a type that cannot be used (texts).',
  'graph.structure':
    'The graph contradicts itself: a cycle, a name given twice, an input nobody produces, or sub-graphs nested too deep. Export the model again.',
  'graph.shape':
    'A tensor has no fixed shape where one is needed, or a shape that the operator cannot take. Give the sizes of the dynamic axes in the model card.',
  'graph.tensor-unknown': 'A tensor name is not in the graph. `saliscope inspect` lists the names that can be used.',
} as const

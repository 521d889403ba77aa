/** Error codes of `inference`: code → one paragraph with cause and cure. */
export const inferenceErrors = {
  'inference.load':
    'ONNX Runtime refused the model when it was loaded; the message quotes its reason. Usually an operator or type is not built into this version, or the file was damaged. Export the model again at opset 17 or 18.',
  'inference.run':
    'ONNX Runtime stopped while it computed; the message names the node it stopped at. Usually the input does not have the size the network needs. Check the model card, or give an input of the size the message names.',
  'inference.memory':
    'The computation asked for more memory than there is or than the limit allows. Nothing was kept of this item. Lower the batch, raise the memory limit, or use a smaller input.',
  'inference.input':
    'The array does not have the shape the first input of the model takes, batch axis included. The message quotes both shapes. Prepare the image with the model card, or give an array of that shape. Or the model has no input or several, which the message names: networks with one image input can be explained. Files by tf2onnx’s from_function or Keras’s model.export may have turned constants of a Normalization layer into inputs; convert the SavedModel instead.',
  'inference.target':
    'The target is not an index into the score vector of the model. The message says how many scores there are; counting starts at 0.',
  'inference.layer':
    'The named tensor is not an activation of the model that the explained score depends on. The list of candidate layers stands in the report of the model (saliscope inspect).',
  'inference.output':
    'The output of the model is not a score vector per item, so no single number can be explained. Choose a classification output, or a model whose output is [batch, scores].',
  'inference.not-finite':
    'The model gave NaN or infinity for this input: weights, or the preprocessing on the model card, are wrong for it; check window, scale, mean and std. Or the scores are finite and the pass back to the image is not, which the message says: relevance and DeepLIFT divide by sums, and sums near zero one behind the other can carry values beyond what float32 holds. Take a larger epsilon, another composite, or a gradient method.',
  'inference.provider':
    'The chosen execution provider is not available on this machine, or it stopped while it ran this model, or it gave other numbers than the CPU when it was checked on first use. The message says which. Choose another provider; the CPU is always there.',
  'inference.self-check':
    'The gradient that the program built for this model differs from differences of the score itself. Do not trust gradient maps of this model; perturbation methods are not affected. Please report the model.',
} as const

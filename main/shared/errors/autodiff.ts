/** Error codes of `autodiff`: code → one paragraph with cause and cure. */
export const autodiffErrors = {
  'autodiff.no-rule':
    'A node between the chosen input and the explained score has an operator without a derivative, so no gradient, relevance or multiplier can be computed through it. The message names node and operator and what would be needed. Methods that only run the model (occlusion, RISE, LIME, KernelSHAP) stay available.',
  'autodiff.no-input-rule':
    'A parameter of a node (for example the scale of a BatchNormalization) is itself computed from the input, and the operator has no derivative for that parameter. Choose a method that only runs the model.',
  'autodiff.no-path':
    'The explained score does not depend on the chosen tensor through differentiable operators, so every gradient would be zero. Choose a tensor that lies between the input and the score.',
  'autodiff.computed-parameter':
    'An operator takes a parameter (axes, pads, indices) from another node where its derivative needs a number. Fixing the input size and folding constants usually turns it into one.',
  'autodiff.unsupported':
    'A node uses an operator in a form whose derivative is not built; the message says which form. Methods that only run the model stay available.',
  'autodiff.shape':
    'A derivative came out with another shape than the tensor it belongs to. This is a fault of the program: please report the model’s operator list.',
  'autodiff.unknown-tensor':
    'The chosen tensor is not in the model, or its shape is not known. Choose one of the tensors that the model’s page lists.',
  'autodiff.parameter':
    'A parameter of a backward rule lies outside its range; the message names it with the value found.',
} as const

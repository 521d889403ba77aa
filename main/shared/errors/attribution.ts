/** Error codes of `attribution`: code → one paragraph with cause and cure. */
export const attributionErrors = {
  'attribution.unknown': 'No saliency method has this id. `saliscope explain --help` lists the ids.',
  'attribution.parameter':
    'A parameter of the method has a value it cannot take, or a name the method does not know. The message names the parameter, the value found and what is allowed.',
  'attribution.preset':
    'No preset has this id, or the source that the preset stands for does not have the method. The message lists what there is. Presets only set parameters, which can also be given one by one.',
  'attribution.array-shape':
    'An array given as a parameter (baseline, references, draws, segments, fill) does not fit the input; the message quotes the shape found and the shapes that are taken.',
  'attribution.target':
    'The target does not exist in the model’s score vector. Choose an index from 0 to the number of scores less one.',
  'attribution.segments':
    'The segmentation leaves nothing to compare: fewer than two segments. Give other segments or other parameters of the segmenter.',
  'attribution.singular':
    'A system of linear equations has no unique solution: too few different draws for the number of segments. Use more samples or fewer segments.',
  'segmentation.unknown': 'No segmenter has this id; felzenszwalb, slic and quickshift are built in.',
  'segmentation.parameter':
    'A parameter of the segmenter has a value it cannot take, or a name it does not know. The message names the parameter, the value found and what is allowed.',
  'segmentation.input':
    'The picture cannot be segmented by this method: it has the wrong number of axes or values that are not finite.',
} as const

/** Error codes of `experiment`: code → one paragraph with cause and cure. */
export const experimentErrors = {
  'experiment.card-orientation':
    'The card of the model names directions that this image cannot offer: two of them lie along one of its axes. Choose an image of another plane, or correct the card.',
  'experiment.card-spacing':
    'The card asks for a spacing in millimetres, and the image has no known scale. Set the card to “stretch”, or use an image with a scale.',
  'experiment.card-size':
    'The sizes on the card do not agree with its layout: two for images, three for volumes. Correct the card.',
  'experiment.card-missing':
    'The model has no accepted card yet, so how images become its input is not known. Open the model, check the preview on an image, and accept the card.',
  'experiment.target': 'The class to be explained is not among those of the model. Choose one of the card’s classes.',
  'experiment.target-mask':
    'The positions that were to be explained cannot be had: only a segmentation model has a score at every position, the mask must belong to the image, and the version and segment named must be saved. Choose a saved mask of the image, or leave it out to explain the whole image.',
  'experiment.references':
    'Expected gradients and DeepSHAP explain against reference cases of the project. None were named, a method was given some that takes none, or one of them does not fit the model or could not be read; the message says which case and why. Choose others, from training data only.',
  'experiment.too-many':
    'One run was to make more maps than it can list: images × methods × classes. Split it; what is there already is not computed again.',
  'experiment.no-provider': 'This kind of work is not part of the running program. Update it.',
  'experiment.job-state': 'The job is in a state in which this cannot be done (for instance, it has ended already).',
  'experiment.all-failed':
    'Every item of the job failed; the reasons stand beside it. What was computed before is kept.',
  'experiment.geometry':
    'Map and mask lie in different places: their grids do not overlap. Check that both belong to the same image.',
  'experiment.no-mask':
    'A map was to be measured against a segment, and no saved mask of its image has a segment of that name. Draw the segment on that image and save a version, or leave its maps out.',
  'experiment.demo-job':
    'A step of the demo ended before it was done and gave no reason. Run the demo again: it goes on where it stopped.',
  'experiment.demo-import':
    'A phantom of the demo was written as DICOM but did not arrive in the project. Look whether the disk is full or the folder is read-only, then run the demo again.',
  'experiment.mask-file':
    'The file offered as a mask holds no labels the program can read. Use a NIfTI file, a grey PNG with one value per label, or a DICOM segmentation.',
  'experiment.mask-grid':
    'The mask cannot be laid onto its image: the sizes differ and no position is known, or the two do not overlap. Export the mask on the grid of the image.',
} as const

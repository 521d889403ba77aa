/** Error codes of `imaging`: code → one paragraph with cause and cure. */
export const imagingErrors = {
  'imaging.write-geometry':
    'A volume was to be written as a DICOM series, but its voxels and its grid do not fit together, or its axes are not perpendicular. Resample it to a rectangular grid and write it again.',
} as const

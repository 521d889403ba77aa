/** Error codes of the viewer: code → one paragraph with cause and cure. */
export const viewerErrors = {
  'viewer.too-few-slices':
    'Filling between slices blends shapes that were drawn on at least two slices of one plane with a gap between them. Draw the segment on another slice of the same plane, then try again.',
  'viewer.other-grid':
    'Masks are added to, cut with or taken from one another voxel by voxel, so both must lie on the same voxels. Import or draw the other mask on this image.',
  'viewer.no-webgl':
    'The window has no WebGL2, so the 3-D view cannot be drawn; slices, maps and masks work without it. Turn on software rendering in the settings, or update the graphics driver.',
  'viewer.surface-failed':
    'The surface of a mask could not be made. The mask itself is untouched; reopen the 3-D view to try again.',
} as const

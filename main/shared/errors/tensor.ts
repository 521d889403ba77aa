/** Error codes of `tensor`: code → one paragraph with cause and cure. */
export const tensorErrors = {
  'tensor.npy':
    'A .npy file could not be read: it is not NumPy’s format, holds an element type other than float32, float64, int32, int64, uint8 or bool, is stored in Fortran or big-endian order, or has more or fewer bytes than its header says. Save it again with numpy.save(name, numpy.ascontiguousarray(a, dtype="<f4")).',
  'tensor.too-large':
    'An array announces more elements than the program takes in one piece. Cut it into smaller arrays.',
  'tensor.shape': 'An array does not have the shape that is needed; the message quotes both shapes.',
} as const

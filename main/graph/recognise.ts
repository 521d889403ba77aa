import { SaliscopeError } from '../shared/errors.ts'

interface Foreign {
  readonly what: string
  readonly matches: (head: Buffer) => boolean
  readonly cure: string
}

const starts =
  (...bytes: number[]) =>
  (head: Buffer): boolean =>
    bytes.every((byte, i) => head[i] === byte)
const text =
  (word: string, offset = 0) =>
  (head: Buffer): boolean =>
    head.toString('latin1', offset, offset + word.length).toLowerCase() === word.toLowerCase()

const exportAgain = 'export the network to ONNX'

/** What people rename to `.onnx`, told by the first bytes. */
const foreign: readonly Foreign[] = [
  {
    what: 'a Git-LFS pointer to the model',
    matches: text('version https://git-lfs'),
    cure: 'fetch the real file with `git lfs pull`',
  },
  {
    what: 'a model in ONNX Runtime’s own ORT format',
    matches: text('ORTM', 4),
    cure: 'use the .onnx file it was made from',
  },
  { what: 'a TensorFlow Lite model', matches: text('TFL3', 4), cure: exportAgain },
  { what: 'a PNG picture', matches: starts(0x89, 0x50, 0x4e, 0x47), cure: 'choose the model file' },
  { what: 'a JPEG picture', matches: starts(0xff, 0xd8, 0xff), cure: 'choose the model file' },
  { what: 'a Keras or HDF5 file', matches: starts(0x89, 0x48, 0x44, 0x46), cure: 'convert it with tf2onnx' },
  {
    what: 'a ZIP archive, as PyTorch checkpoints (.pt, .pth) and Keras 3 files are',
    matches: text('PK\x03\x04'),
    cure: exportAgain,
  },
  {
    what: 'a PyTorch or Python pickle',
    matches: (head) => head[0] === 0x80 && head[1] >= 2 && head[1] <= 5,
    cure: exportAgain,
  },
  { what: 'a gzip archive', matches: starts(0x1f, 0x8b), cure: 'unpack it first' },
  {
    what: 'a web page',
    matches: (h) => text('<!doctype')(h) || text('<html')(h),
    cure: 'the download failed, fetch it again',
  },
  { what: 'a PDF', matches: text('%PDF'), cure: 'choose the model file' },
  { what: 'a NumPy file', matches: text('\x93NUMPY'), cure: exportAgain },
  { what: 'a DICOM file', matches: text('DICM', 128), cure: 'choose the model file' },
  { what: 'a MATLAB file', matches: text('MATLAB'), cure: 'export it with exportONNXNetwork' },
  {
    what: 'a text file',
    matches: (h) => h.length > 0 && /^[\x20-\x7e\s]+$/.test(h.toString('latin1', 0, 64)),
    cure: 'choose the model file',
  },
]

/**
 * Refuses what is plainly no ONNX model before it is parsed.
 * errors  graph.empty; graph.not-onnx: says what the file is and what to do
 */
export function refuseForeign(bytes: Buffer, name: string): void {
  if (bytes.length === 0)
    throw new SaliscopeError('graph.empty', `The model file ${name} holds no bytes; fetch it again.`, { file: name })
  const head = bytes.subarray(0, 256)
  if (head.every((byte) => byte === 0)) {
    throw new SaliscopeError(
      'graph.empty',
      `The model file ${name} begins with zeros only; its copy was interrupted, fetch it again.`,
      {
        file: name,
      },
    )
  }
  const found = foreign.find((format) => format.matches(head))
  if (found) {
    throw new SaliscopeError('graph.not-onnx', `The file ${name} is ${found.what} and no ONNX model; ${found.cure}.`, {
      file: name,
      found: found.what,
    })
  }
}

/** What the first bytes of a file say it is; its name is never asked. */
export type FileKind =
  | 'empty'
  | 'dicom'
  | 'gzip'
  | 'zip'
  | 'png'
  | 'jpeg'
  | 'tiff'
  | 'bmp'
  | 'gif'
  | 'webp'
  | 'nifti-1'
  | 'nifti-2'
  | 'nifti-pair'
  | 'nrrd'
  | 'pdf'
  | 'html'
  | 'svg'
  | 'xml'
  | 'json'
  | 'text'
  | 'unknown'

const sentences: Readonly<Record<FileKind, string>> = {
  empty: 'an empty file',
  dicom: 'a DICOM file',
  gzip: 'a gzip file',
  zip: 'a ZIP archive',
  png: 'a PNG picture',
  jpeg: 'a JPEG picture',
  tiff: 'a TIFF picture',
  bmp: 'a BMP picture',
  gif: 'a GIF picture',
  webp: 'a WebP picture',
  'nifti-1': 'a NIfTI file',
  'nifti-2': 'a NIfTI-2 file',
  'nifti-pair': 'the header of a NIfTI pair',
  nrrd: 'an NRRD file',
  pdf: 'a PDF document',
  html: 'a web page',
  svg: 'an SVG drawing',
  xml: 'an XML file',
  json: 'a JSON file',
  text: 'a text file',
  unknown: 'something else',
}

export function describeKind(kind: FileKind): string {
  return sentences[kind]
}

const signatures: readonly [FileKind, readonly number[]][] = [
  ['gzip', [0x1f, 0x8b]],
  ['zip', [0x50, 0x4b, 3, 4]],
  ['zip', [0x50, 0x4b, 5, 6]],
  ['png', [0x89, 0x50, 0x4e, 0x47]],
  ['jpeg', [0xff, 0xd8, 0xff]],
  ['tiff', [0x49, 0x49, 0x2a, 0]],
  ['tiff', [0x4d, 0x4d, 0, 0x2a]],
  ['gif', [0x47, 0x49, 0x46, 0x38]],
  ['pdf', [0x25, 0x50, 0x44, 0x46]],
  ['nrrd', [0x4e, 0x52, 0x52, 0x44]],
]

/** Kind of a file from its first bytes (540 are enough). */
export function sniff(head: Buffer): FileKind {
  if (head.length === 0) return 'empty'
  // A DICOM preamble may look like anything (dual-personality files), so its own mark is asked first.
  if (head.length >= 132 && head.toString('latin1', 128, 132) === 'DICM') return 'dicom'
  const found = signatures.find(([, bytes]) => bytes.every((byte, n) => head[n] === byte))
  if (found) return found[0]
  if (head[0] === 0x42 && head[1] === 0x4d && head.length >= 30 && head.readUInt32LE(14) <= 124) return 'bmp'
  if (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP') return 'webp'
  return niftiKind(head) ?? textKind(head) ?? 'unknown'
}

function niftiKind(head: Buffer): FileKind | null {
  const magic = head.length >= 348 ? head.toString('latin1', 344, 347) : ''
  if (magic === 'n+1') return 'nifti-1'
  if (magic === 'ni1') return 'nifti-pair'
  const second = head.length >= 12 ? head.toString('latin1', 4, 7) : ''
  if (second === 'n+2') return 'nifti-2'
  return second === 'ni2' ? 'nifti-pair' : null
}

function textKind(head: Buffer): FileKind | null {
  const text = head.toString('latin1', 0, 512)
  for (const char of text) {
    const code = char.charCodeAt(0)
    if (code < 9 || (code > 13 && code < 32) || code === 127) return null
  }
  const start = text
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase()
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) return 'html'
  if (start.startsWith('<svg') || (start.startsWith('<') && start.includes('<svg'))) return 'svg'
  if (start.startsWith('<')) return 'xml'
  if (start.startsWith('{') || start.startsWith('[')) return 'json'
  return 'text'
}

/** Defined terms of (0008,0005) → labels of the WHATWG decoders, which Node carries. */
const labels: Readonly<Record<string, string>> = {
  'ISO_IR 100': 'iso-8859-1',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'iso-8859-9',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
}

/** Escape sequences of ISO 2022 (without the ESC byte) → how the bytes after them read. */
const escapes: readonly { sequence: string; decode: (bytes: Uint8Array) => string }[] = [
  { sequence: '$B', decode: (b) => text('euc-jp', high(b)) },
  { sequence: '$@', decode: (b) => text('euc-jp', high(b)) },
  { sequence: '$(D', decode: (b) => text('euc-jp', prefixed(high(b))) },
  { sequence: '$)C', decode: (b) => text('euc-kr', b) },
  { sequence: '$)A', decode: (b) => text('gb18030', b) },
  { sequence: '(J', decode: (b) => text('shift_jis', b) },
  { sequence: ')I', decode: (b) => text('shift_jis', b) },
  { sequence: '(B', decode: latin },
  { sequence: '-A', decode: (b) => text('iso-8859-1', b) },
  { sequence: '-B', decode: (b) => text('iso-8859-2', b) },
  { sequence: '-C', decode: (b) => text('iso-8859-3', b) },
  { sequence: '-D', decode: (b) => text('iso-8859-4', b) },
  { sequence: '-L', decode: (b) => text('iso-8859-5', b) },
  { sequence: '-G', decode: (b) => text('iso-8859-6', b) },
  { sequence: '-F', decode: (b) => text('iso-8859-7', b) },
  { sequence: '-H', decode: (b) => text('iso-8859-8', b) },
  { sequence: '-M', decode: (b) => text('iso-8859-9', b) },
  { sequence: '-T', decode: (b) => text('windows-874', b) },
]

const decoders = new Map<string, TextDecoder>()

function text(label: string, bytes: Uint8Array): string {
  let decoder = decoders.get(label)
  if (!decoder) {
    decoder = new TextDecoder(label)
    decoders.set(label, decoder)
  }
  return decoder.decode(bytes)
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

function high(bytes: Uint8Array): Uint8Array {
  return bytes.map((b) => (b > 0x20 && b < 0x7f ? b | 0x80 : b))
}

/** JIS X 0212 in EUC-JP: each pair follows 0x8F. */
function prefixed(bytes: Uint8Array): Uint8Array {
  const out: number[] = []
  for (let n = 0; n < bytes.length; n++) {
    if (bytes[n] < 0x80) out.push(bytes[n])
    else out.push(0x8f, bytes[n], bytes[++n] ?? 0x20)
  }
  return Uint8Array.from(out)
}

/**
 * Text of a DICOM value. Character sets are those of (0008,0005) in order; the first holds until an escape sequence changes it,
 * and again after each delimiter of PS3.5 6.1.2.5.3 (CR, LF, FF, backslash, caret, equals sign). An unknown set is read as Latin-1, so nothing is lost.
 */
export function decodeText(bytes: Uint8Array, characterSets: readonly string[]): string {
  if (isPlain(bytes)) return latin(bytes)
  const first = normalised(characterSets[0] ?? '')
  const initial = (b: Uint8Array): string => (labels[first] ? text(labels[first], b) : latin(b))
  if (!bytes.includes(0x1b)) return initial(bytes)
  return decodeEscaped(bytes, initial)
}

function decodeEscaped(bytes: Uint8Array, initial: (b: Uint8Array) => string): string {
  let out = ''
  let decode = initial
  let from = 0
  let wide = false
  for (let n = 0; n < bytes.length; n++) {
    const byte = bytes[n]
    if (byte === 0x1b) {
      out += decode(bytes.subarray(from, n))
      const found = escapes.find(({ sequence }) => latin(bytes.subarray(n + 1, n + 1 + sequence.length)) === sequence)
      decode = found?.decode ?? initial
      wide = found?.sequence.startsWith('$') === true && !found.sequence.startsWith('$)')
      from = n + 1 + (found?.sequence.length ?? 0)
      n = from - 1
    } else if (isDelimiter(byte) && !(wide && byte !== 0x0a && byte !== 0x0d)) {
      out += decode(bytes.subarray(from, n)) + String.fromCharCode(byte)
      decode = initial
      wide = false
      from = n + 1
    }
  }
  return out + decode(bytes.subarray(from))
}

function isDelimiter(byte: number): boolean {
  return byte === 0x0a || byte === 0x0c || byte === 0x0d || byte === 0x5c || byte === 0x5e || byte === 0x3d
}

function isPlain(bytes: Uint8Array): boolean {
  return bytes.every((b) => b < 0x80 && b !== 0x1b)
}

function normalised(term: string): string {
  return term
    .trim()
    .replace(/^ISO 2022 IR /, 'ISO_IR ')
    .replace(/^ISO_IR_/, 'ISO_IR ')
}

/** For showing: control characters, direction overrides and zero-width characters become visible escapes; at most `limit` characters. */
export function safeText(value: string, limit = 256): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be made visible
  const hidden = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g
  const shown = value.slice(0, limit * 2).replace(hidden, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return shown.length > limit ? `${shown.slice(0, limit - 1)}…` : shown
}

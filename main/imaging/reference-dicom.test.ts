import { createHash } from 'node:crypto'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../shared/domain/finding.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { prepareCodec } from './dicom/codecs/decode.ts'
import { locateFrames } from './dicom/frames.ts'
import { readInstance } from './dicom/instance.ts'
import { decodeFrame } from './dicom/pixels.ts'
import { openDicomSource } from './dicom/read-stack.ts'
import { expectedAnswers, expectedRefusal, hasReference, referenceData, whyNot } from './reference-outcomes.support.ts'

interface Expected {
  readonly pixels?: { readonly sha256_le?: string; readonly mean: number; readonly min: number; readonly max: number }
}

interface Answer {
  readonly refused: SaliscopeError | null
  readonly findings: readonly Finding[]
  readonly sha256: string
  readonly mean: number
  readonly range: readonly [number, number]
}

/** Lossy files: decoders may round differently, the mean must agree. */
const roundedDifferently = new Set([
  'TestPattern_JPEG-Baseline_YBR422.dcm',
  'TestPattern_JPEG-Baseline_YBRFull.dcm',
  'GH538-jpeg1.dcm',
  'HTJ2K_08_RGB.dcm',
])
/** We read one frame of 64 × 64 where the other tool makes two of the surplus bytes; 15 signed bits are extended where it leaves them. */
const readOtherwise = new Set(['TC0287_buf_2x.dcm', 'JLSL_16_15_1_1F.dcm'])

async function read(file: string): Promise<Answer> {
  const full = path.join(referenceData, file)
  let findings: readonly Finding[] = []
  try {
    const { source, opened } = await openDicomSource(full)
    const instance = readInstance(opened, full, source.size)
    findings = instance.findings
    await prepareCodec(opened.syntax.codec)
    const values = decodeFrame(opened, instance.header, locateFrames(opened, instance.header)(0))
    let [sum, low, high] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const value of values) {
      sum += value
      if (value < low) low = value
      if (value > high) high = value
    }
    const sha256 = createHash('sha256')
      .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
      .digest('hex')
    return { refused: null, findings, sha256, mean: sum / values.length, range: [low, high] }
  } catch (error) {
    if (!(error instanceof SaliscopeError)) throw error
    return { refused: error, findings, sha256: '', mean: Number.NaN, range: [0, 0] }
  }
}

describe.skipIf(!hasReference)(`DICOM files of the reference data${whyNot}`, async () => {
  const expected = hasReference ? expectedAnswers<Expected>('dicom-expected.json') : {}
  const answers = new Map<string, Answer>()
  for (const file of Object.keys(expected)) answers.set(file, await read(file))
  const named = (part: string): Answer => {
    const file = [...answers.keys()].find((key) => key.includes(part))
    return answers.get(file ?? '') ?? expect.fail(`no file ${part}`)
  }
  const codes = (part: string) => named(part).findings.map(({ code, outcome }) => `${code} ${outcome}`)

  it('refuses what cannot be read, each with its code, and reads everything else', () => {
    const wrong = [...answers].flatMap(([file, { refused }]) => {
      const want = expectedRefusal(file)
      return (refused?.code ?? null) === want ? [] : [`${file}: ${refused?.code ?? 'read'}, expected ${want ?? 'read'}`]
    })
    expect(wrong).toEqual([])
    expect(answers.size).toBeGreaterThan(480)
  })

  it('says of each refusal in one sentence and a half which file and why', () => {
    for (const [file, { refused }] of answers) {
      if (refused === null) continue
      expect(refused.message).toContain(path.basename(file))
      expect(refused.message.length).toBeLessThan(300)
      expect(refused.message).not.toMatch(/undefined:|is undefined|NaN|\bat \//)
    }
  })

  it('decodes the first frame to the same bytes as other tools', () => {
    const differing = [...answers].flatMap(([file, answer]) => {
      const name = path.basename(file)
      const want = expected[file]?.pixels?.sha256_le
      if (answer.refused || want === undefined || roundedDifferently.has(name) || readOtherwise.has(name)) return []
      return answer.sha256 === want ? [] : [file]
    })
    expect(differing).toEqual([])
    for (const name of roundedDifferently) {
      const file = Object.keys(expected).find((key) => key.endsWith(name)) ?? ''
      expect(Math.abs(named(name).mean - (expected[file].pixels?.mean ?? Number.NaN)), name).toBeLessThan(0.25)
    }
  })

  it('gives one CT in fourteen encodings: eight alike, lossy ones within their bounds', () => {
    const folder = [...answers].filter(([file]) => file.includes('one-ct-all-syntaxes'))
    expect(folder).toHaveLength(14)
    expect(folder.filter(([, { sha256 }]) => sha256.startsWith('1bee4328'))).toHaveLength(8)
    expect(folder.filter(([, { sha256 }]) => sha256.startsWith('85e3b617'))).toHaveLength(3)
    for (const part of ['JPEGLSLossy', 'JPEG2000TransferSyntax']) {
      const [low, high] = named(part).range
      expect(Math.abs(low + 2000)).toBeLessThanOrEqual(3)
      expect(Math.abs(high - 2402)).toBeLessThanOrEqual(3)
    }
  })

  it('extends the sign of pixels of any depth', () => {
    expect(named('12bitSigned_0x0F0F').range).toEqual([-2048, 2047])
    expect(named('J2K_pixelrep_mismatch').range[0]).toBe(-2000)
    expect(named('JLSL_16_15_1_1F').range).toEqual([-16384, 16383])
  })

  it.each([
    ['nopreamble', 'D2 warned'],
    ...['TC0353', 'TC0357', 'TC0361', 'TC0445', 'TC0903', 'TC0905', 'TC0907'].map((part) => [part, 'D10 warned']),
    ['TC0287', 'D14 warned'],
    ['TC0475', 'D9 warned'],
    ['TC1171', 'D39 warned'],
    ['highdicom_dx_small', 'D17 warned'],
    ['no-pixel-spacing', 'D28 warned'],
  ])('reads %s and says %s', (part, finding) => {
    expect(named(part).refused).toBeNull()
    expect(codes(part)).toContain(finding)
  })
})

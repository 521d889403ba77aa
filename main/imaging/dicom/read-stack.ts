import type { Finding } from '../../shared/domain/finding.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import type { Run } from '../../shared/run.ts'
import { openSource, type SourceBytes } from '../files/source.ts'
import type { SourceFile, VoxelArray } from '../image.ts'
import { prepareCodec } from './codecs/decode.ts'
import { applyPalette, lookUp, readLut } from './colour.ts'
import { tags } from './dictionary.ts'
import { type FrameReader, locateFrames } from './frames.ts'
import type { ImageHeader } from './image-header.ts'
import type { OpenedDicom } from './open.ts'
import { decodeFrame, type StoredArray } from './pixels.ts'
import { openWhole, unwrapGzip } from './read-file.ts'
import type { DicomStack, StackedFrame } from './stack.ts'

export interface StackVoxels {
  readonly voxels: VoxelArray
  readonly channels: 1 | 3
  readonly slope: number
  readonly intercept: number
  readonly padding: readonly [number, number] | null
  readonly sources: readonly SourceFile[]
  readonly findings: readonly Finding[]
}

/** Opens the file an instance came from, unpacking gzip around it. */
export async function openDicomSource(
  path: string,
): Promise<{ source: SourceBytes; opened: OpenedDicom; sha256: string }> {
  const source = await openSource(path)
  const head = await source.read(0, Math.min(2, source.size))
  if (head[0] === 0x1f && head[1] === 0x8b) {
    const bytes = unwrapGzip(await source.read(0, source.size), source.name)
    const inner = {
      ...source,
      size: bytes.length,
      read: async (start: number, length: number) => bytes.subarray(start, start + length),
    }
    return { source, ...(await openWhole(inner)) }
  }
  return { source, ...(await openWhole(source)) }
}

/**
 * Decodes a stack slice by slice into one array. Each file is read once, decoded, written into its place and let go, so that memory stays at
 * the volume and one file. Missing slices hold the padding value, or the smallest value of the rest.
 *
 * Values keep their stored type when all frames share slope and intercept; otherwise (PET) they become float32 in final units.
 */
export async function readStack(stack: DicomStack, run: Run): Promise<StackVoxels> {
  const present = stack.frames.filter((frame) => frame !== null)
  const first = present[0]
  const plan = planValues(present, first.instance.header)
  const perSlice = stack.grid.dims[0] * stack.grid.dims[1] * plan.channels
  const voxels = plan.allocate(perSlice * stack.grid.dims[2])
  const sources: SourceFile[] = []
  const findings: Finding[] = []
  let done = 0
  for (const [file, slices] of byFile(stack)) {
    run.signal.throwIfAborted()
    const { source, opened, sha256 } = await openDicomSource(file)
    await prepareCodec(opened.syntax.codec)
    const header = slices[0].item.instance.header
    const frames = locateFrames(opened, header)
    for (const { item, k } of slices) {
      run.signal.throwIfAborted()
      writeSlice(decodeOne(opened, header, frames, item), item, plan, voxels, k * perSlice, perSlice)
      done++
      run.progress(done, present.length, 'Reading slices')
    }
    findings.push(...opened.findings.filter((f) => f.code === 'D21' || f.code === 'D22'))
    sources.push({ path: file, bytes: source.size, sha256, sopInstance: slices[0].item.instance.sopInstance || null })
  }
  fillGaps(stack, voxels, perSlice, plan)
  return {
    voxels,
    channels: plan.channels,
    slope: plan.slope,
    intercept: plan.intercept,
    padding: plan.padding,
    sources,
    findings: once(findings),
  }
}

function once(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((f) => [f.code + f.message.replace(/^[^:]{1,255}: /, ''), f])).values()]
}

function byFile(stack: DicomStack): Map<string, { item: StackedFrame; k: number }[]> {
  const files = new Map<string, { item: StackedFrame; k: number }[]>()
  stack.frames.forEach((item, k) => {
    if (!item) return
    const slices = files.get(item.instance.file) ?? []
    slices.push({ item, k })
    files.set(item.instance.file, slices)
  })
  return files
}

interface ValuePlan {
  readonly channels: 1 | 3
  readonly slope: number
  readonly intercept: number
  readonly padding: readonly [number, number] | null
  /** Slope and intercept are applied while reading. */
  readonly rescale: boolean
  allocate(length: number): VoxelArray
}

function planValues(frames: readonly StackedFrame[], header: ImageHeader): ValuePlan {
  const { slope, intercept } = frames[0].frame
  const padding = frames[0].instance.padding
  if (header.samples === 3 || header.photometric === 'PALETTE COLOR') {
    const wide = header.samples === 3 && header.bitsAllocated > 8
    return {
      channels: 3,
      slope: 1,
      intercept: 0,
      padding: null,
      rescale: false,
      allocate: (n) => (wide ? new Uint16Array(n) : new Uint8Array(n)),
    }
  }
  const uniform = frames.every(({ frame }) => frame.slope === slope && frame.intercept === intercept)
  if (!uniform)
    return { channels: 1, slope: 1, intercept: 0, padding: null, rescale: true, allocate: (n) => new Float32Array(n) }
  return { channels: 1, slope, intercept, padding, rescale: false, allocate: allocatorFor(header) }
}

function allocatorFor(header: ImageHeader): (length: number) => VoxelArray {
  if (header.float) return (n) => new Float32Array(n)
  if (header.bitsStored <= 8 && !header.signed) return (n) => new Uint8Array(n)
  if (header.bitsStored <= 16) return header.signed ? (n) => new Int16Array(n) : (n) => new Uint16Array(n)
  return header.signed || header.bitsStored < 32 ? (n) => new Int32Array(n) : (n) => new Float32Array(n)
}

/** Stored values of one frame, through its modality LUT or palette where it has one. */
function decodeOne(
  opened: OpenedDicom,
  header: ImageHeader,
  frames: FrameReader,
  { frame, instance }: StackedFrame,
): StoredArray {
  const stored = decodeFrame(opened, header, frames(frame.index))
  if (header.photometric === 'PALETTE COLOR') {
    const rgb = applyPalette(stored, opened.dataSet)
    if (rgb) return rgb
    throw new SaliscopeError(
      'D16',
      `${opened.name} cannot be shown: its palette is missing or damaged. The file was left out.`,
    )
  }
  const [modality] = opened.dataSet.items(tags.ModalityLutSequence)
  if (!modality || frame.slope !== 1 || frame.intercept !== 0) return stored
  const table = readLut(modality, tags.LutDescriptor, tags.LutData, instance.header.signed)
  if (!table) {
    opened.findings.push({
      code: 'D27',
      outcome: 'warned',
      message: `${opened.name}: its modality table is damaged and was not used.`,
    })
    return stored
  }
  return Uint16Array.from(stored, (value) => lookUp(table, value))
}

function writeSlice(
  stored: StoredArray,
  { frame }: StackedFrame,
  plan: ValuePlan,
  voxels: VoxelArray,
  at: number,
  length: number,
): void {
  if (stored.length < length) throw new RangeError(`A frame has ${stored.length} of ${length} values.`)
  if (!plan.rescale) {
    voxels.set(stored.length === length ? stored : stored.subarray(0, length), at)
    return
  }
  for (let n = 0; n < length; n++) voxels[at + n] = stored[n] * frame.slope + frame.intercept
}

function fillGaps(stack: DicomStack, voxels: VoxelArray, perSlice: number, plan: ValuePlan): void {
  const missing = stack.frames.flatMap((frame, k) => (frame ? [] : [k]))
  if (missing.length === 0) return
  let fill = plan.padding?.[0] ?? Number.POSITIVE_INFINITY
  if (!plan.padding) {
    stack.frames.forEach((frame, k) => {
      if (!frame) return
      for (let n = k * perSlice; n < (k + 1) * perSlice; n++) if (voxels[n] < fill) fill = voxels[n]
    })
  }
  for (const k of missing) voxels.fill(fill, k * perSlice, (k + 1) * perSlice)
}

/** One slice of a stack alone, for a thumbnail. */
export async function readSlice(item: StackedFrame): Promise<{ values: StoredArray; channels: 1 | 3 }> {
  const { opened } = await openDicomSource(item.instance.file)
  await prepareCodec(opened.syntax.codec)
  const { header } = item.instance
  const values = decodeOne(opened, header, locateFrames(opened, header), item)
  return { values, channels: header.samples === 3 || header.photometric === 'PALETTE COLOR' ? 3 : 1 }
}

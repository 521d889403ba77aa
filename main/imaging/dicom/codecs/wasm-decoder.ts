import { BadFrame } from './codec.ts'

interface FrameInfo {
  readonly width: number
  readonly height: number
  readonly bitsPerSample: number
  readonly componentCount: number
  readonly isSigned?: boolean
}

/** The interface all four @cornerstonejs codecs share. */
interface NativeDecoder {
  getEncodedBuffer(size: number): Uint8Array
  getDecodedBuffer(): Uint8Array
  decode(): void
  getFrameInfo(): FrameInfo
  getInterleaveMode?(): number
  delete(): void
}

type WasmModule = Record<string, new () => NativeDecoder>

export type LoadWasm = (options?: Record<string, unknown>) => Promise<WasmModule>

export interface WasmFrame extends FrameInfo {
  /** A copy: the decoder's own memory is gone when it is deleted. */
  readonly bytes: Uint8Array
  readonly interleaveMode: number
}

/** Fresh for each module: Emscripten builds the module inside this object. */
const silent = (): Record<string, unknown> => ({ print: () => {}, printErr: () => {} })

/**
 * One WebAssembly decoder, loaded at first use. After a decoder has failed its module is thrown away, because its memory is in an unknown
 * state; the next frame starts a fresh one.
 */
export class WasmDecoder {
  private readonly load: LoadWasm
  private readonly className: string
  private module: WasmModule | null = null

  constructor(load: LoadWasm, className: string) {
    this.load = load
    this.className = className
  }

  async ready(): Promise<void> {
    this.module ??= await this.load(silent())
  }

  /** Decodes one frame; `ready` must have resolved. */
  decode(encoded: Uint8Array): WasmFrame {
    const module = this.module
    if (!module) throw new Error(`${this.className} was used before it was loaded.`)
    try {
      const decoder = new module[this.className]()
      decoder.getEncodedBuffer(encoded.length).set(encoded)
      decoder.decode()
      const bytes = new Uint8Array(decoder.getDecodedBuffer())
      const { width, height, bitsPerSample, componentCount, isSigned } = decoder.getFrameInfo()
      const interleaveMode = decoder.getInterleaveMode?.() ?? 2
      decoder.delete()
      return { bytes, width, height, bitsPerSample, componentCount, isSigned, interleaveMode }
    } catch (error) {
      this.module = null
      throw new BadFrame(`the compressed picture cannot be decoded (${sentenceOf(error)})`)
    }
  }
}

function sentenceOf(error: unknown): string {
  // C++ exceptions arrive as pointers (numbers), which say nothing.
  if (error instanceof Error && error.message) return error.message.slice(0, 120)
  return 'the decoder gave up'
}

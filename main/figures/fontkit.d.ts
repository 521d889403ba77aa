/** The part of fontkit that figures use; the package brings no types. */
declare module 'fontkit' {
  export interface Glyph {
    readonly id: number
    readonly path: { readonly commands: readonly { readonly command: string; readonly args: readonly number[] }[] }
  }
  export interface Font {
    readonly unitsPerEm: number
    layout(text: string): {
      readonly advanceWidth: number
      readonly glyphs: readonly Glyph[]
      readonly positions: readonly { readonly xAdvance: number; readonly xOffset: number; readonly yOffset: number }[]
    }
  }
  export function create(bytes: Uint8Array): Font | { readonly fonts: readonly Font[] }
}

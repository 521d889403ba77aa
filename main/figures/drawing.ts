/** A page as data: marks in millimetres from the top left, drawn in order. Written as SVG, PDF or pixels by the files beside. */
export interface Drawing {
  readonly widthMm: number
  readonly heightMm: number
  readonly background: string
  readonly marks: readonly Mark[]
}

export type Weight = 'regular' | 'medium' | 'bold'

export interface TextMark {
  readonly kind: 'text'
  readonly x: number
  /** Baseline. */
  readonly y: number
  readonly text: string
  readonly sizeMm: number
  readonly weight: Weight
  readonly anchor: 'start' | 'middle' | 'end'
  readonly fill: string
  /** Colour of a thin casing that keeps text legible on a picture. */
  readonly halo?: string
}

export interface PathMark {
  readonly kind: 'path'
  /** SVG path data with absolute M, L, C, Q and Z only. */
  readonly d: string
  readonly fill: string | null
  readonly stroke: string | null
  readonly strokeMm: number
}

export interface RectMark {
  readonly kind: 'rect'
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly fill: string | null
  readonly opacity?: number
}

export interface ImageMark {
  readonly kind: 'image'
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly png: Uint8Array
}

export type Mark = TextMark | PathMark | RectMark | ImageMark

export const MM_PER_POINT = 25.4 / 72
export const MM_PER_INCH = 25.4

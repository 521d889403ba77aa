import type { Grid } from '../../../main/shared/domain/geometry.ts'
import type { Mask, Segment } from '../../../main/shared/domain/mask.ts'
import { brushShape } from './brush.ts'
import { MaskDocument } from './document.ts'
import type { History } from './history.ts'
import { type MaskingRules, openRules } from './masking.ts'

export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 0) / 4294967296
  }
}

export const segment = (value: number, more: Partial<Segment> = {}): Segment => ({
  value,
  name: `s${value}`,
  colour: '#56b4e9',
  visible: true,
  locked: false,
  status: 'in-progress',
  notes: '',
  ...more,
})

export function open(
  dims: [number, number, number] = [16, 14, 10],
  spacing = [1, 1, 2],
  segments = [segment(1), segment(2)],
  history?: History,
): MaskDocument {
  const [a, b, c] = spacing
  const grid: Grid = { dims, affine: [a, 0, 0, 0, 0, b, 0, 0, 0, 0, c, 0, 0, 0, 0, 1], physical: true, oriented: true }
  const mask: Mask = {
    id: 'm',
    volumeId: 'v',
    reader: 'r',
    origin: 'drawn',
    segments,
    nothingToMark: false,
    versions: [],
    pendingStrokes: 0,
    lastSequence: 0,
  }
  return new MaskDocument(mask, grid, new Uint8Array(dims[0] * dims[1] * dims[2]), history)
}

export function stroke(
  document: MaskDocument,
  value: number,
  centre: readonly [number, number, number],
  radius: number,
  axis: 0 | 1 | 2 | null = 2,
  rules: MaskingRules = openRules,
) {
  return document.apply(
    'Brush',
    'brush',
    value,
    rules,
    brushShape(document.dims, document.spacing, { from: centre, to: centre }, radius, axis),
  )
}

export const count = (data: Uint8Array, value: number) => data.reduce((n, v) => n + Number(v === value), 0)

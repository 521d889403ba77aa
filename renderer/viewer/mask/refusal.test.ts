import { describe, expect, it } from 'vitest'
import { open, segment, stroke } from './mask.support.ts'
import { type MaskingRules, openRules } from './masking.ts'
import { whyNotDrawable, whyNothingChanged } from './refusal.ts'

const dims: [number, number, number] = [16, 14, 10]

describe('why a segment may not be drawn on', () => {
  it('names what is locked, hidden or missing, and nothing where drawing is free', () => {
    const document = open(dims, [1, 1, 1], [segment(1), segment(2, { locked: true }), segment(3, { visible: false })])
    expect(whyNotDrawable(document, 1, true)).toBeNull()
    expect(whyNotDrawable(document, 1, false)).toMatch(/^The mask of r is hidden/)
    expect(whyNotDrawable(document, 2, true)).toMatch(/^s2 is locked/)
    expect(whyNotDrawable(document, 3, true)).toMatch(/^s3 is hidden/)
    expect(whyNotDrawable(document, 9, true)).toMatch(/^No segment is chosen/)
    expect(whyNotDrawable(open(dims, [1, 1, 1], []), 1, true)).toMatch(/no segment yet/)
  })
})

describe('why a stroke changed nothing', () => {
  const why = (rules: MaskingRules, prepare?: (document: ReturnType<typeof open>) => void) => {
    const document = open()
    document.imageValue = () => 500
    prepare?.(document)
    expect(stroke(document, 1, [8, 7, 5], 2, 2, rules)).toBeNull()
    return whyNothingChanged(document, rules, 'HU')
  }

  it('is the range of values, with its limits and unit', () => {
    expect(why({ ...openRules, range: [-50, 120] })).toMatch(/lies between −50 and 120 HU\. Widen/)
  })

  it('is the editable area', () => {
    expect(why({ ...openRules, area: 'inside-segment', areaSegment: 2 })).toMatch(/inside one segment/)
  })

  it('is another segment that must not be overwritten', () => {
    const cover = (document: ReturnType<typeof open>) => void stroke(document, 2, [8, 7, 5], 4)
    expect(why({ ...openRules, overwrite: 'none' }, cover)).toMatch(/other segments lie under the tool/)
  })

  it('is nothing to speak of where the segment is there already', () => {
    expect(why(openRules, (document) => void stroke(document, 1, [8, 7, 5], 4))).toBeNull()
  })
})

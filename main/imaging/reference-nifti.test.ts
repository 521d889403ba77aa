import { readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { SaliscopeError } from '../shared/errors.ts'
import { axisLetters } from '../shared/geometry/orientation.ts'
import { openSource } from './files/source.ts'
import type { ImportedImage } from './image.ts'
import { readNifti } from './nifti/read.ts'
import { expectedAnswers, hasReference, referenceData, whyNot } from './reference-outcomes.support.ts'

interface Expected {
  readonly shape?: readonly number[]
  /** Voxel → RAS mm. */
  readonly affine?: readonly (readonly number[])[]
  readonly axcodes?: string
  readonly min?: number | null
  readonly max?: number | null
  readonly mean?: number | null
  readonly sform_code?: number
  readonly qform_code?: number
}

async function read(file: string): Promise<ImportedImage | SaliscopeError> {
  try {
    return await readNifti(await openSource(path.join(referenceData, file)))
  } catch (error) {
    if (error instanceof SaliscopeError) return error
    throw error
  }
}

const codeOf = (answer: ImportedImage | SaliscopeError): string =>
  answer instanceof SaliscopeError ? answer.code : answer.findings.map(({ code }) => code).join(' ')

function moments({ voxels, slope, intercept }: ImportedImage): { min: number; max: number; mean: number } {
  let [sum, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const stored of voxels) {
    const value = stored * slope + intercept
    sum += value
    min = Math.min(min, value)
    max = Math.max(max, value)
  }
  return { min, max, mean: sum / voxels.length }
}

const refusals: Readonly<Record<string, string>> = {
  'nifti/nibabel/analyze.hdr': 'N6',
  'nifti/nibabel/nifti1.hdr': 'N6',
  'nifti/nibabel/nifti2.hdr': 'N6',
  'nifti/nibabel/row_major.dconn.nii': 'N5',
  'nifti/niivue/complex_image.nii.gz': 'N5',
  'nifti/reader-js/5D_small.nii': 'N5',
  'nifti/reader-js/5D_zeros.nii.gz': 'N5',
  'nifti/reader-js/not-nifti.nii': 'N4',
  // The image half is read through its header; alone it is no NIfTI file.
  'nifti/reader-js/air.img.gz': 'N4',
}

describe.skipIf(!hasReference)(`NIfTI files of the reference data${whyNot}`, () => {
  const expected = hasReference ? expectedAnswers<Expected>('nifti-expected.json') : {}

  it.each(Object.keys(expected))('%s', async (file) => {
    const answer = await read(file)
    if (refusals[file] !== undefined) {
      expect(codeOf(answer)).toBe(refusals[file])
      return
    }
    if (answer instanceof SaliscopeError) throw answer
    const want = expected[file]
    expect(answer.grid.dims).toEqual((want.shape ?? []).slice(0, 3))
    if (want.sform_code || want.qform_code) {
      const lps = (want.affine ?? []).flatMap((row, n) => row.map((value) => (n < 2 ? -value : value)))
      for (const [n, value] of answer.grid.affine.entries()) expect(value).toBeCloseTo(lps[n], 4)
      expect(axisLetters(answer.grid.affine)).toBe(want.axcodes)
    } else expect(answer.grid.oriented).toBe(false)
    if ((want.shape?.[3] ?? 1) > 1 || answer.channels === 3 || want.mean == null) return
    const { min, max, mean } = moments(answer)
    expect(min).toBeCloseTo(want.min ?? Number.NaN, 3)
    expect(max).toBeCloseTo(want.max ?? Number.NaN, 3)
    expect(mean).toBeCloseTo(want.mean, 3)
  })

  it('reads a pair of header and image, packed', async () => {
    const pair = await read('nifti/reader-js/air.hdr.gz')
    if (pair instanceof SaliscopeError) throw pair
    expect(pair.sources).toHaveLength(2)
    expect(moments(pair).max).toBeCloseTo(92.5539, 3)
  })
})

/** What each hostile file must give: the code of the refusal, or the findings of the image. */
const hostile: Readonly<Record<string, string>> = {
  'baseline_ok.nii': '',
  'bitpix_mismatch.nii': 'N4',
  'both_codes_zero.nii': 'N9',
  'constant_zero.nii': 'N13',
  'datatype_float128.nii': 'N4',
  'datatype_unknown.nii': 'N4',
  'dim0_is_0.nii': 'N1',
  'dim0_is_9.nii': 'N1',
  'dim0_negative.nii': 'N1',
  'dim_negative.nii': 'N1',
  'dim_zero.nii': 'N1',
  'dims_32767_cubed_tiny_file.nii': 'N2',
  'dims_5000_cubed_tiny_file.nii': 'N2',
  'double_gzip.nii.gz': 'N14',
  'extension_size_2GB.nii': 'N3',
  'extension_size_negative.nii': 'N3',
  'gz_bad_crc.nii.gz': 'N14',
  'gz_bomb_128MB_behind_240_byte_image.nii.gz': 'N15 N13',
  'gz_isize_lies.nii.gz': 'N14',
  'gz_trailing_junk.nii.gz': 'N14',
  'gz_truncated.nii.gz': 'N14',
  'label_with_fractions.nii': '',
  'magic_garbage.nii': 'N4',
  'magic_ni1_single_file.nii': 'N4',
  'nan_inf_voxels.nii': 'N13 N13',
  'not_gzip.nii.gz': 'N14',
  'pixdim_negative.nii': 'N9',
  'pixdim_zero.nii': 'N9 N9 N9',
  'qform_sform_disagree.nii': 'N8',
  'quaternion_over_one.nii': 'N9',
  'scl_slope_inf.nii': 'N12',
  'scl_slope_nan.nii': 'N12',
  'scl_slope_zero.nii': 'N12',
  'sform_nan.nii': 'N9',
  'sform_singular.nii': 'N9 N9',
  'sizeof_hdr_wrong.nii': 'N4',
  'truncated_in_data.nii': 'N2',
  'truncated_in_header.nii': 'N4',
  'vox_offset_inside_header.nii': 'N3',
  'vox_offset_nan.nii': 'N3',
  'vox_offset_negative.nii': 'N3',
  'vox_offset_past_end.nii': 'N3',
  'zero_bytes.nii': 'N4',
}
const readable = new Set(['magic_ni1_single_file.nii'])

describe.skipIf(!hasReference)(`hostile NIfTI files of the reference data${whyNot}`, () => {
  it('has an expectation for every file', () => {
    expect(readdirSync(path.join(referenceData, 'hostile/nifti')).sort()).toEqual(Object.keys(hostile).sort())
  })

  it.each(Object.entries(hostile))('%s gives %s', async (file, codes) => {
    const answer = await read(`hostile/nifti/${file}`)
    expect(codeOf(answer)).toBe(codes)
    const refused = /^N([1-5]|14)$/.test(codes) && !readable.has(file)
    expect(answer instanceof SaliscopeError).toBe(refused)
    if (!(answer instanceof SaliscopeError)) {
      expect(answer.grid.affine.every(Number.isFinite)).toBe(true)
      expect(answer.range.every(Number.isFinite)).toBe(true)
    }
  })
})

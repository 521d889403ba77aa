import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The reference data folder: real, odd and hostile files with what other tools make of them. */
export const referenceData = path.resolve(process.env['SALISCOPE_REFERENCE'] ?? '../shared', 'data')
export const hasReference = existsSync(path.join(referenceData, 'dicom-expected.json'))
/** Said in the names of suites that are skipped. */
export const whyNot = hasReference ? '' : ` (skipped: no reference data in ${referenceData}; set SALISCOPE_REFERENCE)`

/** Expected answers, written by Python: NaN and infinities become null. */
export function expectedAnswers<T>(file: string): Record<string, T> {
  const text = readFileSync(path.join(referenceData, file), 'utf8')
  return JSON.parse(text.replace(/\bNaN\b|-?\bInfinity\b/g, 'null')) as Record<string, T>
}

/**
 * Files offered as DICOM that must be refused, by the code of the refusal. Names are the beginnings of file names; TC numbers are those of the
 * fuzzing set. Every other file must give its pixels.
 */
const refusals: Readonly<Record<string, string>> = {
  D1: 'brainlab.jpg slicer.png info.txt TC0381 TC0383 TC0385 TC0387 TC0389 no_meta.dcm',
  D3: 'TC0345 TC0347 TC0391 TC0393 TC0395 TC0397 TC0651 TC0663 TC0675 TC0901 meta_missing_tsyntax.dcm',
  D4: 'GH179A.dcm GH179B.dcm TC0709 TC0711 TC0713 TC0715 TC0717 TC0719 TC1153 SC_rgb_jpeg.dcm',
  D5: 'TC0235 TC0267 TC0277 TC0403 TC0937 emri_small_jpeg_2k_lossless_too_short.dcm MR_truncated.dcm',
  D6: 'DICOMDIR-nooffset GH626.dcm TC0969 TC0971 TC1141 TC1145 TC1149 TC1157 rtplan_truncated.dcm',
  D7: 'TC0963',
  D11: 'badVR.dcm',
  D12: 'TC0295 TC0297 TC0829 TC0877 TC0883 nested_priv_SQ.dcm',
  D13: 'GH340.dcm TC0299 TC0301 TC0303 TC0305 TC0307 TC0309 TC0311 TC0313 TC0917 TC0921 TC0925 TC0933',
  D14: 'GH1146.dcm TC0243 TC0285 TC0291 TC0293 TC0945 TC0973 TC0975 TC0977 TC0979 TC0983',
  D15: 'TC0839 TC0947 TC0949 TC0951',
  D24: 'TC0847 TC0849 TC0851 TC0853 TC0855 TC0857 TC0955 TC0957 JPEG2000-embedded-sequence-delimiter.dcm',
  D40: `invalid_reference_rt.dcm rt.dcm chrJapMulti.dcm chrJapMultiExplicitIR6.dcm chrKoreanMulti.dcm chrSQEncoding.dcm chrSQEncoding1.dcm
    no-pixel-data.dcm Tag-0040-A170-VR-CS.dcm DICOMDIR DICOMDIR-bigEnd DICOMDIR-empty.dcm DICOMDIR-implicit DICOMDIR-nopatient
    DICOMDIR-reordered GH178.dcm GH220.dcm GH223.dcm GH487.dcm Issue1097_FailToOpenDeflatedFileWithSQ.dcm TC0967 csa_slice_norm.dcm
    ExplVR_BigEndNoMeta.dcm ExplVR_LitEndNoMeta.dcm UN_sequence.dcm empty_charset_LEI.dcm no_meta_group_length.dcm priv_SQ.dcm
    reportsi.dcm reportsi_with_empty_number_tags.dcm rtplan.dcm rtstruct.dcm test-SR.dcm`,
  'imaging.transfer-syntax': 'TC0401',
}

const codeOf = new Map(
  Object.entries(refusals).flatMap(([code, names]) => names.split(/\s+/).map((name) => [name, code] as const)),
)

/** Code a file must be refused with, or null when it must be read. */
export function expectedRefusal(file: string): string | null {
  const name = path.basename(file)
  return codeOf.get(name) ?? codeOf.get(name.split('_')[0]) ?? null
}

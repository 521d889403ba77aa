import { createHmac } from 'node:crypto'
import path from 'node:path'
import type { ImageIdentity, ImportedImage } from '../../imaging/image.ts'
import type { Finding } from '../../shared/domain/finding.ts'

export interface DeidentifyOptions {
  /** The project's key: the same patient gets the same code in one project and another in the next. */
  readonly secret: Uint8Array
  /** Leaves identifiers as they are; the code is made all the same. */
  readonly keep: boolean
}

export interface DeidentifiedImage {
  /** 'P-' and six signs of a base without look-alikes. */
  readonly patientCode: string
  readonly identity: Pick<ImageIdentity, 'studyDate' | 'studyDescription' | 'seriesDescription' | 'seriesNumber'>
  readonly name: string
  readonly frameOfReference: string | null
  /** Those of the image, without the names of its files. */
  readonly findings: readonly Finding[]
}

const signs = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

function digest(secret: Uint8Array, what: string, value: string): Buffer {
  return createHmac('sha256', secret).update(`${what}\0${value}`).digest()
}

/** Stable pseudonym of a patient: HMAC-SHA-256 of the identifier with the project's key, five bits a sign. */
export function pseudonym(secret: Uint8Array, identifier: string): string {
  const bytes = digest(secret, 'patient', identifier)
  return `P-${Array.from({ length: 6 }, (_, n) => signs[bytes[n] % 32]).join('')}`
}

/** A UID of the same relations and no origin: 2.25. and 128 bits (PS3.5, B.2). */
function uidFor(secret: Uint8Array, uid: string): string {
  return `2.25.${BigInt(`0x${digest(secret, 'uid', uid).subarray(0, 16).toString('hex')}`)}`
}

/**
 * Words that say what was imaged and never who. Free text is kept word by word only if it is here or a short number
 * (PS3.15 would remove it all; without region and plane a worklist could not be read).
 */
const harmless = new Set(
  `abdomen adc angio ankle ap arterial axial axials body bone brain breast c c+ calcaneus cardiac case cervical chest clavicle contrast cor
  coronal cr cspine ct cta delayed diffusion dwi dx dynamic elbow enhanced fat femur film flair foot forearm frontal fs gre hand head heart
  helical hip hr hrct humerus image img inspiration expiration kernel kidney knee ll liver low dose localizer localiser lumbar lung lungs mask
  mediastinum mg mm mpr mr mra mri mri/ct native neck non oblique pa pelvis phantom phase plane portal post pre projection prone prostate
  radiograph recon reconstruction rl routine sag sagittal saturated scan scout se segmentation sequence series sharp shoulder slice smooth
  soft spine spin standard stir study sub subject supine sup t1 t1w t2 t2w thin thoracic thorax tibia tissue tof tra train test trans
  transverse tse upper lower us venous view volume w window with without wo wrist x xr xray x-ray lat lateral left right pet`.split(
    /\s+/,
  ),
)

/** Only what is harmless of a free text; numbers of up to four digits stay. */
export function cleanText(text: string): string {
  return text
    .split(/[\s_,;/\\^]+/)
    .filter((word) => /^\d{1,4}(\.\d{1,3})?(mm)?$/i.test(word) || harmless.has(word.toLowerCase()))
    .join(' ')
}

/** File names are often those of patients: “NAME: what is wrong.” becomes “What is wrong.”, “NAME holds …” becomes “The file holds …”. */
function withoutFileNames({ findings, sources }: ImportedImage): Finding[] {
  const names = [...new Set(sources.map((source) => path.basename(source.path)))].filter((name) => name !== '')
  return findings.map((finding) => {
    const { message } = finding
    const name = names.find((one) => message.startsWith(`${one}: `) || message.startsWith(`${one} `))
    if (name === undefined) return finding
    const rest = message.slice(name.length)
    const said = rest.startsWith(': ') ? rest.charAt(2).toUpperCase() + rest.slice(3) : `The file${rest}`
    return { ...finding, message: said }
  })
}

/**
 * Replaces who by a code at import: patient id and name become the pseudonym, dates are dropped, free text is reduced to harmless words,
 * UIDs are mapped. Pixels are not touched; the scan marks pictures that may hold text (D41).
 */
export function deidentifyImage(image: ImportedImage, { secret, keep }: DeidentifyOptions): DeidentifiedImage {
  const { identity } = image
  const identifier =
    identity.patientId || identity.patientName || identity.studyUid || image.sources[0]?.sha256 || image.sha256
  const patientCode = pseudonym(secret, identifier)
  if (keep) {
    const { name, frameOfReference, findings } = image
    return { patientCode, identity, name, frameOfReference, findings }
  }
  const name = cleanText(image.name)
  return {
    patientCode,
    identity: {
      studyDate: null,
      studyDescription: cleanText(identity.studyDescription),
      seriesDescription: cleanText(identity.seriesDescription),
      seriesNumber: identity.seriesNumber,
    },
    name: name === '' ? image.modality : name,
    frameOfReference: image.frameOfReference === null ? null : uidFor(secret, image.frameOfReference),
    findings: withoutFileNames(image),
  }
}

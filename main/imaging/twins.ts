import { createHash } from 'node:crypto'
import type { DicomInstance } from './dicom/instance.ts'
import { pixelHash } from './dicom/pixel-hash.ts'
import { openSource } from './files/source.ts'
import type { LeftFile } from './scan-types.ts'

/**
 * Files that carry one SOP Instance UID (D33). Identical bytes are counted once, and so is one picture in two encodings; different
 * pictures are all kept, and that is asked about.
 */
export async function withoutTwins(
  instances: readonly DicomInstance[],
): Promise<{ kept: DicomInstance[]; left: LeftFile[] }> {
  const byUid = new Map<string, DicomInstance[]>()
  for (const instance of instances) {
    const key = instance.sopInstance || instance.file
    const twins = byUid.get(key)
    if (twins) twins.push(instance)
    else byUid.set(key, [instance])
  }
  const kept: DicomInstance[] = []
  const left: LeftFile[] = []
  for (const twins of byUid.values()) {
    if (twins.length === 1) kept.push(twins[0])
    else kept.push(...(await distinct(twins, left)))
  }
  return { kept, left }
}

/** The different pictures among files of one identifier; the others go to `left`. */
async function distinct(twins: readonly DicomInstance[], left: LeftFile[]): Promise<DicomInstance[]> {
  const files = new Map<string, DicomInstance>()
  for (const twin of twins) {
    const hash = await hashOf(twin.file)
    if (files.has(hash))
      left.push({ path: twin.file, code: 'D33', reason: 'The same file lies there twice; it was counted once' })
    else files.set(hash, twin)
  }
  if (files.size === 1) return [...files.values()]
  const pictures = new Map<string, DicomInstance>()
  for (const [fileHash, twin] of files) {
    // What a segmentation means is not all in its pixels.
    const hash = (twin.segmentation ? null : await pixelHash(twin)) ?? fileHash
    const first = pictures.get(hash)
    if (first === undefined) {
      pictures.set(hash, twin)
      continue
    }
    left.push({
      path: twin.file,
      code: 'D33',
      reason: 'The same picture lies there in another encoding; it was counted once',
    })
    const message = 'The picture lies there in more than one encoding; one was taken.'
    pictures.set(hash, { ...first, findings: [...first.findings, { code: 'D33', outcome: 'warned', message }] })
  }
  if (pictures.size === 1) return [...pictures.values()]
  const message = `${pictures.size} different pictures carry one identifier; all were kept.`
  return [...pictures.values()].map((twin) => ({
    ...twin,
    findings: [...twin.findings, { code: 'D33', outcome: 'asked', message }],
  }))
}

async function hashOf(filePath: string): Promise<string> {
  const source = await openSource(filePath)
  const hash = createHash('sha256')
  for (let at = 0; at < source.size; at += 1 << 24)
    hash.update(await source.read(at, Math.min(1 << 24, source.size - at)))
  return hash.digest('hex')
}

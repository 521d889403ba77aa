import { createHash } from 'node:crypto'

/**
 * A valid UID (2.25 followed by a 128-bit decimal number) that depends on nothing but the key, so that the same phantom or
 * the same replaced identifier gets the same UID in every run.
 *
 * source  PS3.5 annex B.2
 */
export function uidFromKey(key: string): string {
  const bytes = createHash('sha256').update(key).digest().subarray(0, 16)
  // Version and variant bits of an RFC 9562 UUID, as B.2 asks for.
  bytes[6] = (bytes[6] & 0x0f) | 0x80
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`
}

/** Digits and points, no leading zeros, at most 64 characters. */
export function isValidUid(text: string): boolean {
  return text.length <= 64 && /^(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/.test(text)
}

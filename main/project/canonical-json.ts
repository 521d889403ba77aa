import { SaliscopeError } from '../shared/errors.ts'

/**
 * JSON with sorted keys and no spaces: equal values give equal text, so that its SHA-256 is an address. `undefined` fields are left out,
 * −0 is written as 0; NaN and infinities have no JSON and are refused.
 *
 * errors  project.invalid
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      throw new SaliscopeError('project.invalid', 'A number that is not finite cannot be part of an address.')
    return JSON.stringify(value === 0 ? 0 : value)
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`).join(',')}}`
  }
  throw new SaliscopeError('project.invalid', `A ${typeof value} cannot be part of an address.`)
}

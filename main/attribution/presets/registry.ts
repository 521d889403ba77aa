import { SaliscopeError } from '../../shared/errors.ts'
import type { FlatRecord } from '../parameters.ts'
import { captum } from './captum.ts'
import { pair } from './pair.ts'
import { paperA } from './paper-a.ts'
import { paperB } from './paper-b.ts'
import { paperC } from './paper-c.ts'
import { paperD } from './paper-d.ts'
import type { Preset } from './preset.ts'
import { quantus } from './quantus.ts'
import { zennit } from './zennit.ts'

/** Every preset, in the order lists show them. */
export const presets: readonly Preset[] = [captum, pair, quantus, zennit, paperA, paperB, paperC, paperD]

/** errors  attribution.preset */
export function findPreset(id: string): Preset {
  const preset = presets.find((p) => p.id === id)
  if (preset) return preset
  throw new SaliscopeError(
    'attribution.preset',
    `There is no preset "${id}"; known are ${presets.map((p) => p.id).join(', ')}.`,
    { preset: id },
  )
}

/**
 * The parameters of a method in a preset, overruled by those given beside it.
 *
 * errors  attribution.preset: no such preset, or the source does not have the method
 */
export function withPreset(preset: Preset, method: string, given: FlatRecord): FlatRecord {
  const own = Object.hasOwn(preset.methods, method) ? preset.methods[method] : undefined
  if (own) return { ...own, ...given }
  throw new SaliscopeError(
    'attribution.preset',
    `The preset ${preset.id} (${preset.source}) says nothing of ${method}; it has ${Object.keys(preset.methods).join(', ')}.`,
    { preset: preset.id, method },
  )
}

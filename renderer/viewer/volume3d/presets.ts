export type VolumePresetId = 'bone' | 'soft' | 'lung' | 'vessels' | 'mip'

/** Points of a transfer function: value → opacity per mm of unit distance, and value → grey 0 … 1. */
export interface VolumePreset {
  readonly id: VolumePresetId
  readonly title: string
  readonly blend: 'composite' | 'maximum'
  readonly shaded: boolean
  /** In HU for CT; for other images the share 0 … 1 of the window, see `scaledPreset`. */
  readonly opacity: readonly (readonly [value: number, opacity: number])[]
  readonly grey: readonly (readonly [value: number, grey: number])[]
}

/** CT presets; anatomy is neutral grey, only maps glow. */
export const volumePresets: readonly VolumePreset[] = [
  {
    id: 'bone',
    title: 'Bone',
    blend: 'composite',
    shaded: true,
    opacity: [
      [-3024, 0],
      [150, 0],
      [260, 0.22],
      [500, 0.62],
      [1500, 0.85],
      [3071, 0.9],
    ],
    grey: [
      [-3024, 0.3],
      [150, 0.55],
      [500, 0.86],
      [1500, 1],
    ],
  },
  {
    id: 'soft',
    title: 'Soft tissue',
    blend: 'composite',
    shaded: true,
    opacity: [
      [-3024, 0],
      [-160, 0],
      [20, 0.1],
      [120, 0.3],
      [300, 0.55],
      [3071, 0.8],
    ],
    grey: [
      [-3024, 0.2],
      [-160, 0.35],
      [100, 0.62],
      [300, 0.85],
      [1000, 1],
    ],
  },
  {
    id: 'lung',
    title: 'Lung',
    blend: 'composite',
    shaded: true,
    opacity: [
      [-3024, 0],
      [-950, 0],
      [-750, 0.02],
      [-600, 0.07],
      [-400, 0.12],
      [-300, 0],
      [3071, 0],
    ],
    grey: [
      [-3024, 0.3],
      [-800, 0.5],
      [-500, 0.85],
      [-300, 1],
    ],
  },
  {
    id: 'vessels',
    title: 'Vessels',
    blend: 'composite',
    shaded: true,
    opacity: [
      [-3024, 0],
      [110, 0],
      [180, 0.35],
      [350, 0.7],
      [600, 0.3],
      [900, 0.05],
      [3071, 0.05],
    ],
    grey: [
      [-3024, 0.3],
      [110, 0.6],
      [350, 0.95],
      [3071, 1],
    ],
  },
  {
    id: 'mip',
    title: 'Maximum',
    blend: 'maximum',
    shaded: false,
    opacity: [
      [-3024, 1],
      [3071, 1],
    ],
    grey: [
      [-1000, 0],
      [-500, 0.06],
      [100, 0.28],
      [800, 0.9],
      [1500, 1],
    ],
  },
]

export function volumePreset(id: VolumePresetId): VolumePreset {
  const preset = volumePresets.find((p) => p.id === id)
  if (!preset) throw new RangeError(`There is no 3-D preset "${id}".`)
  return preset
}

/** Presets that make sense for a modality; everything but CT gets a shaded default and the maximum. */
export function presetsForModality(modality: string): readonly VolumePreset[] {
  if (modality === 'CT') return volumePresets
  return volumePresets
    .filter((p) => p.id === 'soft' || p.id === 'mip')
    .map((p) => (p.id === 'soft' ? { ...p, title: 'Default' } : p))
}

/** A preset's points in the image's own values: HU as they stand for CT, else spread over the window [low, high]. */
export function scaledPreset(preset: VolumePreset, modality: string, low: number, high: number): VolumePreset {
  if (modality === 'CT') return preset
  const to = (share: number) => low + share * (high - low)
  return {
    ...preset,
    opacity:
      preset.blend === 'maximum'
        ? [
            [low, 1],
            [high, 1],
          ]
        : [
            [to(0), 0],
            [to(0.25), 0],
            [to(0.5), 0.12],
            [to(0.8), 0.45],
            [to(1), 0.7],
          ],
    grey: [
      [to(0), 0],
      [to(1), 1],
    ],
  }
}

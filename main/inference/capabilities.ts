import { type Capabilities, EVERYTHING, NOTHING } from '../graph/capabilities.ts'
import type { ProviderName } from './session.ts'

/**
 * What each provider of ONNX Runtime 1.30 computes itself.
 *
 * webgpu  measured: MaxPool refuses its Indices output, Conv groups and ConvTranspose three spatial axes, each while it runs;
 *         Conv over one or two axes is wrong, without a word, for 6, 9, 15, … channels and a multiple of four filters; Sum runs
 *         on the CPU
 * dml     documented: ScatterElements has no reduction, so the winners of pools would go over the CPU
 * cuda    measured: MaxUnpool has no kernel and ConvTranspose with uneven pads goes over the CPU; without a word, ReduceL1, ReduceL2,
 *         ReduceSumSquare and ReduceLogSum over axes of one element give x, and linear Resize of other than the last axes or of
 *         a region is wrong. Indices of pools are right; where windows overlap, their sums are not the same bits in every run
 */
const TABLE: Readonly<Record<ProviderName, Capabilities>> = {
  cpu: EVERYTHING,
  webgpu: { ...NOTHING, asymmetricPads: true },
  dml: { ...EVERYTHING, poolIndices: false },
  cuda: {
    ...EVERYTHING,
    maxUnpool: false,
    asymmetricPads: false,
    reductionsOfOne: false,
    resizeAnywhere: false,
  },
}

export function capabilitiesOf(provider: ProviderName): Capabilities {
  return TABLE[provider]
}

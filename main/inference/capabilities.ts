import { type Capabilities, EVERYTHING } from '../graph/capabilities.ts'
import type { ProviderName } from './session.ts'

/**
 * What each provider of ONNX Runtime 1.30 computes itself.
 *
 * webgpu  measured: MaxPool refuses its Indices output, Conv groups and ConvTranspose three spatial axes, each while it runs
 * dml     documented: ScatterElements has no reduction, so the winners of pools would go over the CPU
 * cuda    documented: ConvTranspose with uneven pads goes over the CPU (microsoft/onnxruntime, issue 11312)
 */
const TABLE: Readonly<Record<ProviderName, Capabilities>> = {
  cpu: EVERYTHING,
  webgpu: { ...EVERYTHING, poolIndices: false, groupedConv3d: false, convTranspose3d: false },
  dml: { ...EVERYTHING, poolIndices: false },
  cuda: { ...EVERYTHING, asymmetricPads: false },
}

export function capabilitiesOf(provider: ProviderName): Capabilities {
  return TABLE[provider]
}

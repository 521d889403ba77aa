import { z } from 'zod'

const off = (title: string, description: string) => z.boolean().default(false).meta({ title, description })

/**
 * Defects of published code that can be reproduced, all off by default. A map made with one stores its name among the
 * parameters.
 *
 *   gradCamGated    paper D, defect D7: gradients only where activation and gradient are positive, map started from 1
 *   doubleSoftmax   paper C, defect C5: Score-CAM weights went through softmax twice
 *   shap255         paper D, defect D2: segments hidden by 255 in images of 0 … 1
 *   fixedFeatures   paper D, defect D3: as many features as segments were asked for, labels counted from 1
 *
 * source  Alam et al. 2023, doi:10.5617/nmi.10471 (D); Brima & Atemkeng 2024, doi:10.1186/s13040-024-00370-4 (C)
 */
export const legacySwitches = {
  gradCamGated: off(
    'Legacy: gated Grad-CAM',
    'As in Alam et al. 2023: gradients count only where activation and gradient are positive, and the map starts from 1.',
  ),
  doubleSoftmax: off(
    'Legacy: softmax twice',
    'As in Brima & Atemkeng 2024: the class probabilities go through softmax again, which makes the weights nearly equal.',
  ),
  shap255: off(
    'Legacy: hide by 255',
    'As in Alam et al. 2023: hidden segments hold 255 in model space; overrules fill.',
  ),
  fixedFeatures: off(
    'Legacy: fixed features',
    'As in Alam et al. 2023: as many features as segments were asked for, labels counted from 1; segments beyond are never hidden.',
  ),
} as const

/** Names of the switches that a map's parameters have on, as captions name them. */
export function legacyNames(parameters: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(parameters)
    .filter(([name, value]) => name.startsWith('legacy.') && value === true)
    .map(([name]) => name)
}

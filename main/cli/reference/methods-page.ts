import type { Method } from '../../attribution/method.ts'
import { methods } from '../../attribution/registry.ts'
import { segmenters } from '../../segmentation/registry.ts'
import { page } from './markdown.ts'
import { parameterTable } from './parameter-table.ts'

const FAMILIES: Readonly<Record<Method<unknown>['family'], string>> = {
  gradient: 'Gradients and paths',
  'backward-rule': 'Changed backward passes',
  cam: 'Class activation maps',
  perturbation: 'Perturbation',
  control: 'Controls, which every method must beat',
}

const NEEDS = {
  scores: 'forward passes',
  gradients: 'gradients',
  activations: 'a layer with spatial axes',
  rules: 'backward rules for every operator',
  attention: 'attention between the patches of an image',
} as const

const OUTPUTS = {
  pixel: 'one value per input value, with sign',
  position: 'one value per position',
} as const

function entry(method: Method<unknown>): string {
  return page(
    `### ${method.id}`,
    `${method.title}. ${method.summary}`,
    `Needs ${method.needs.map((need) => NEEDS[need]).join(', ')}; gives ${OUTPUTS[method.output]}. Version ${method.version}.`,
    `Source: ${method.source}`,
    ...(method.remark === undefined ? [] : [`Remark: ${method.remark}`]),
    parameterTable(method.parameters),
  ).trimEnd()
}

/** Every saliency method with its parameters, from the registry. */
export function methodsPage(): string {
  const families = Object.keys(FAMILIES) as Method<unknown>['family'][]
  return page(
    '# Saliency methods',
    `${methods.length} methods. \`saliscope explain MODEL.onnx --input X.npy --method ID --set NAME=VALUE --output MAP.npy\``,
    'Every method also takes `output` (`logit` or `probability`), `negate` (`true` explains the negative of the score) and `seed` (a whole number). Arrays are given as `@file.npy`.',
    ...families.flatMap((family) => [
      `## ${FAMILIES[family]}`,
      ...methods.filter((method) => method.family === family).map(entry),
    ]),
    '## Segmenters',
    'For LIME, KernelSHAP and `saliscope segment`; inside a method their parameters are written `segmenter.NAME`.',
    ...segmenters.map((segmenter) =>
      page(
        `### ${segmenter.id}`,
        `${segmenter.title}. ${segmenter.summary}`,
        `Source: ${segmenter.source}`,
        parameterTable(segmenter.parameters),
      ).trimEnd(),
    ),
  )
}

import { apiErrors } from './api.ts'
import { attributionErrors } from './attribution.ts'
import { autodiffErrors } from './autodiff.ts'
import { cliErrors } from './cli.ts'
import { computeErrors } from './compute.ts'
import { experimentErrors } from './experiment.ts'
import { graphErrors } from './graph.ts'
import { imagingErrors } from './imaging.ts'
import { inferenceErrors } from './inference.ts'
import { metricErrors } from './metrics.ts'
import { projectErrors } from './project.ts'
import { tensorErrors } from './tensor.ts'
import { viewerErrors } from './viewer.ts'

/** Each code with its paragraph (cause and cure); docs/errors.md is generated from this table. */
export const errorParagraphs = {
  internal: 'Something failed that the program did not foresee. Nothing acknowledged is lost; the log names the place.',
  cancelled: 'The work was cancelled by the user. Finished parts are kept.',
  ...apiErrors,
  ...attributionErrors,
  ...autodiffErrors,
  ...cliErrors,
  ...computeErrors,
  ...experimentErrors,
  ...graphErrors,
  ...imagingErrors,
  ...inferenceErrors,
  ...metricErrors,
  ...projectErrors,
  ...viewerErrors,
  ...tensorErrors,
} as const

export type ErrorCode = keyof typeof errorParagraphs

import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { JobHandler } from '../job-handler.ts'
import type { Handler } from './client.ts'
import { leastFilms } from './plan.ts'
import { runDemo } from './run-demo.ts'

export interface DemoJobParts {
  /** The workstation's own handler; asked for when the job runs, since it is made after the jobs are. */
  handler(): Handler
  /** Folder that the workstation may read; each run makes one of its own inside and removes it at its end. */
  readonly scratchFolder: string
  /** Folder of the demo's networks and cards. */
  readonly modelFolder: string
}

const requestSchema = z.object({ films: z.number().int().min(leastFilms).max(999).default(leastFilms) })

/**
 * The demo as durable work: it only asks the workstation for other jobs, hence a lane of its own. Result: `rows`, `summary` and `text` of the table,
 * `studies`, `maps`, `cachedMaps`, `failures`.
 */
export function demoJob(parts: DemoJobParts): JobHandler<z.infer<typeof requestSchema>> {
  return {
    kind: 'demo',
    lane: 'demo',
    parse: (request) => requestSchema.parse(request),
    title: () => 'Demo with known truth',
    async run({ films }, context) {
      const workFolder = await mkdtemp(path.join(parts.scratchFolder, 'demo-'))
      try {
        const result = await runDemo({
          handler: parts.handler(),
          workFolder,
          modelFolder: parts.modelFolder,
          films,
          run: context.run,
        })
        for (const failure of result.failures) context.fail('map', new Error(failure))
        context.result({ ...result })
      } finally {
        await rm(workFolder, { recursive: true, force: true })
      }
    },
  }
}

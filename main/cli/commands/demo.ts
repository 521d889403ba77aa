import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Call } from '../command.ts'
import { wholeNumber } from '../parse.ts'
import { CommandWorkstation } from '../workstation.ts'

/** `saliscope demo`: builds the demo project, or goes on where it stopped, and prints which methods expose the cheat. */
export async function run(call: Call): Promise<number> {
  const file = path.resolve(call.operands[0] ?? 'demo-project/demo.saliscope')
  const cases = wholeNumber(call, 'cases', 24, 999)
  mkdirSync(path.dirname(file), { recursive: true })
  const started = performance.now()
  const desk = new CommandWorkstation(call, file)
  try {
    const job = await desk.job('/api/demo', cases === undefined ? {} : { films: cases })
    const seconds = (performance.now() - started) / 1000
    for (const failure of job.failures) call.io.err(`${failure.item}: ${failure.message}`)
    if (call.has('json')) call.io.out(JSON.stringify({ ...job.result, project: file, seconds }))
    else {
      const { text, studies, maps, cachedMaps } = job.result as {
        text: string
        studies: number
        maps: number
        cachedMaps: number
      }
      call.io.out(text)
      call.io.out(`${studies} cases, ${maps} maps (${cachedMaps} were there already), ${seconds.toFixed(1)} s: ${file}`)
      call.io.out(`Look at it: npx saliscope serve ${path.relative(process.cwd(), file)} --open`)
    }
    return job.failures.length > 0 ? 1 : 0
  } finally {
    await desk.close()
  }
}

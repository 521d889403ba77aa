import { z } from 'zod'
import { scanRoots } from '../../imaging/scan.ts'
import type { Task } from '../task.ts'
import { parsePayload } from './payload.ts'

const scanPayload = z.object({ roots: z.array(z.string().min(1)).min(1) })

/** Dry scan of granted files and folders; record: the scan report, its id left empty for the project to give. */
export const task: Task = {
  kind: 'scan',
  async run(payload, _arrays, run, context) {
    const { roots } = parsePayload('scan', scanPayload, payload)
    return { record: await scanRoots('', roots.map(context.granted), run), arrays: [] }
  },
}

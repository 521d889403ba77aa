import { inspect } from '../../compute/inspect.ts'
import type { Call } from '../command.ts'
import { modelReportText } from '../model-report.ts'
import { machineOptions } from '../open-model.ts'
import { runOf } from '../progress.ts'

/** `saliscope inspect`: the pre-flight report of a model file, as text or with --json as one object. */
export async function run(call: Call): Promise<number> {
  const progress = runOf(call.io)
  try {
    const report = await inspect(call.operands[0], machineOptions(call), progress)
    progress.finish()
    call.io.out(call.has('json') ? JSON.stringify(report) : modelReportText(call.operands[0], report))
    return 0
  } finally {
    progress.finish()
  }
}

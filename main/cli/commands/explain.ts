import { findMethod } from '../../attribution/registry.ts'
import { explain } from '../../compute/explain.ts'
import type { Call } from '../command.ts'
import { checkWritable, writeTensorFile } from '../files.ts'
import { readModelInput } from '../model-input.ts'
import { openModel, repeatsOf, targetOf } from '../open-model.ts'
import { runOf } from '../progress.ts'
import { readSetValues, takeTargetValues } from '../set-values.ts'

/** `saliscope explain`: the map as .npy, and with --json the record that stands beside it. */
export async function run(call: Call): Promise<number> {
  const [file] = call.operands
  const output = call.text('output') ?? ''
  const method = findMethod(call.text('method') ?? '')
  const values = await readSetValues(call.all('set'))
  const { output: score, negate, seed } = takeTargetValues(values)
  await checkWritable(output)
  const progress = runOf(call.io)
  const x = await readModelInput(call, file, progress)
  const opened = await openModel(call, file, x.dims.slice(1))
  try {
    const request = {
      method: method.id,
      parameters: values,
      target: { index: targetOf(call), output: score, negate },
      layer: call.text('layer') ?? null,
      seed,
      repeats: repeatsOf(call),
    }
    const { map, record } = await explain(opened, x, request, progress)
    await writeTensorFile(output, map)
    progress.finish()
    for (const warning of record.warnings) call.io.err(`saliscope: ${warning}`)
    if (call.has('json')) call.io.out(JSON.stringify(record))
    else
      call.io.out(
        `${output}: ${method.title}, [${map.dims.join(', ')}], target ${[...new Set(record.target.index)].join(', ')}, ${record.timing.computeMs.toFixed(0)} ms`,
      )
    return 0
  } finally {
    progress.finish()
    await opened.close()
  }
}

import { predict } from '../../compute/predict.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import type { Call } from '../command.ts'
import { checkWritable, writeTensorFile } from '../files.ts'
import { readModelInput } from '../model-input.ts'
import { openModel, repeatsOf } from '../open-model.ts'
import { runOf } from '../progress.ts'
import { readSetValues, takeTargetValues } from '../set-values.ts'

/** `saliscope predict`: scores and probabilities of each item. */
export async function run(call: Call): Promise<number> {
  const output = call.text('output')
  const values = await readSetValues(call.all('set'))
  const { output: score } = takeTargetValues(values)
  const [unknown] = Object.keys(values)
  if (unknown !== undefined)
    throw new SaliscopeError('cli.usage', `predict has no parameter ${unknown}; it takes output.`)
  if (output !== undefined) await checkWritable(output)
  const progress = runOf(call.io)
  const x = await readModelInput(call, call.operands[0], progress)
  const opened = await openModel(call, call.operands[0], x.dims.slice(1))
  try {
    const { scores, probabilities, record } = await predict(opened, x, score, repeatsOf(call), progress)
    progress.finish()
    if (output !== undefined) await writeTensorFile(output, scores)
    const rows = (data: Float32Array) =>
      Array.from({ length: scores.dims[0] }, (_, n) =>
        Array.from(data.subarray(n * scores.dims[1], (n + 1) * scores.dims[1])),
      )
    if (call.has('json'))
      call.io.out(JSON.stringify({ ...record, scores: rows(scores.data), probabilities: rows(probabilities.data) }))
    else
      for (const [n, row] of rows(scores.data).entries())
        call.io.out(`item ${n}: highest ${record.highest[n]}; ${row.map((v) => v.toPrecision(6)).join(' ')}`)
    return 0
  } finally {
    await opened.close()
  }
}

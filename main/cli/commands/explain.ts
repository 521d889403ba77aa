import { findPreset, withPreset } from '../../attribution/presets/registry.ts'
import { findMethod } from '../../attribution/registry.ts'
import { explainEach } from '../../compute/explain.ts'
import { sizeOf, type Tensor, tensor } from '../../tensor/tensor.ts'
import type { Call } from '../command.ts'
import { checkWritable, writeTensorFile } from '../files.ts'
import { readModelInput } from '../model-input.ts'
import { openModel, repeatsOf } from '../open-model.ts'
import { runOf } from '../progress.ts'
import { readSetValues, takeTargetValues } from '../set-values.ts'
import { takeMask, targetsOf } from '../targets.ts'

/** `saliscope explain`: the map as .npy, and with --json the record that stands beside it. */
export async function run(call: Call): Promise<number> {
  const [file] = call.operands
  const output = call.text('output') ?? ''
  const method = findMethod(call.text('method') ?? '')
  const named = call.text('preset')
  const preset = named === undefined ? null : findPreset(named)
  const given = await readSetValues(call.all('set'))
  const values = preset === null ? given : { ...withPreset(preset, method.id, given) }
  if (preset?.output && !('output' in values)) values['output'] = preset.output
  const { output: score, negate, seed } = takeTargetValues(values)
  const mask = takeMask(values)
  const indices = await targetsOf(call, file)
  await checkWritable(output)
  const progress = runOf(call.io)
  const x = await readModelInput(call, file, progress)
  const opened = await openModel(call, file, x.dims.slice(1))
  try {
    const request = {
      method: method.id,
      parameters: values,
      target: { index: null, output: score, negate },
      mask,
      layer: call.text('layer') ?? null,
      seed,
      repeats: repeatsOf(call),
    }
    const made = await explainEach(opened, x, request, indices ?? [null], progress)
    const map = stacked(made.map((one) => one.map))
    await writeTensorFile(output, map)
    progress.finish()
    const records = made.map(({ record }) => record)
    for (const warning of new Set(records.flatMap(({ warnings }) => warnings))) call.io.err(`saliscope: ${warning}`)
    if (call.has('json')) call.io.out(JSON.stringify(records.length === 1 ? records[0] : { targets: records }))
    else {
      const targets = [...new Set(records.flatMap(({ target }) => target.index))].join(', ')
      const ms = records[0].timing.computeMs.toFixed(0)
      call.io.out(`${output}: ${method.title}, [${map.dims.join(', ')}], target ${targets}, ${ms} ms`)
    }
    return 0
  } finally {
    progress.finish()
    await opened.close()
  }
}

/** One map as it is; several behind a first axis of their number. */
function stacked(maps: readonly Tensor[]): Tensor {
  if (maps.length === 1) return maps[0]
  const { dims } = maps[0]
  const all = tensor([maps.length, ...dims])
  maps.forEach((map, t) => {
    all.data.set(map.data, t * sizeOf(dims))
  })
  return all
}

import { parseParameters } from '../../attribution/parameters.ts'
import { highestScores } from '../../compute/explain.ts'
import { withTiming } from '../../compute/timing.ts'
import type { Measurement, MetricInput } from '../../metrics/metric.ts'
import { findMetric } from '../../metrics/registry.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Call } from '../command.ts'
import { readNpyTensor } from '../files.ts'
import { readModelInput } from '../model-input.ts'
import { openModel, repeatsOf, targetOf } from '../open-model.ts'
import { runOf } from '../progress.ts'
import { readSetValues, takeTargetValues } from '../set-values.ts'

/** What each kind of metric must be given, as flags. */
const NEEDED: Record<string, readonly string[]> = {
  'map+mask': ['mask'],
  'two-maps': ['other'],
  map: [],
  'map+model': ['input', 'model'],
}

/** `saliscope measure`: the value with its chance level, curve and further named values; undefined is null with a reason. */
export async function run(call: Call): Promise<number> {
  const metric = findMetric(call.operands[0])
  for (const flag of NEEDED[metric.needs] ?? []) {
    if (!call.has(flag))
      throw new SaliscopeError('cli.usage', `"${metric.id}" needs --${flag}. See: saliscope measure --help`)
  }
  const values = await readSetValues(call.all('set'))
  const { output, negate, seed } = takeTargetValues(values)
  const parameters = parseParameters(metric, values, 'metrics.parameter')
  const progress = runOf(call.io)
  const optional = async (flag: string): Promise<Tensor | undefined> => {
    const file = call.text(flag)
    return file === undefined ? undefined : readNpyTensor(file)
  }
  const base: MetricInput = {
    map: await readNpyTensor(call.text('map') ?? ''),
    mask: await optional('mask'),
    other: await optional('other'),
    x: call.has('input') ? await readModelInput(call, call.text('model') ?? '', progress) : undefined,
    seed,
  }
  if (metric.needs !== 'map+model') {
    const { value, timing } = await withTiming(
      () => metric.run(base, parameters, progress),
      null,
      repeatsOf(call),
      () => 0,
    )
    return print(call, metric.id, value, timing)
  }
  const opened = await openModel(call, call.text('model') ?? '', base.x?.dims.slice(1))
  try {
    const model = opened.under(call.io.signal)
    const x = base.x as Tensor // `input` was asked for above
    const index = targetOf(call) ?? (model.scoreCount === 1 ? 0 : await highestScores(model, x, output))
    const input: MetricInput = { ...base, model, target: { index, output, negate } }
    const { value, timing } = await withTiming(
      () => metric.run(input, parameters, progress),
      () => model.scores(x, output),
      repeatsOf(call),
      () => opened.engine.prepareMs,
    )
    return print(call, metric.id, value, timing)
  } finally {
    progress.finish()
    await opened.close()
  }
}

function print(call: Call, id: string, measurement: Measurement, timing: object): number {
  const { details, warnings = [], ...rest } = measurement
  for (const warning of warnings) call.io.err(`saliscope: ${warning}`)
  if (call.has('json')) call.io.out(JSON.stringify({ ...rest, ...details, warnings, timing }))
  else if (measurement.value === null) call.io.out(`${id}: not defined (${measurement.reason})`)
  else call.io.out(`${id}: ${measurement.value}${measurement.chance == null ? '' : `, chance ${measurement.chance}`}`)
  return 0
}

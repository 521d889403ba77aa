import { float16ToFloat, floatToFloat16 } from '../../graph/half.ts'
import type { OnnxModel } from '../../graph/model.ts'
import { plausibleInput } from '../../inference/batches.ts'
import { modelBytesFor } from '../../inference/model-bytes.ts'
import type { OpenedModel } from '../../inference/open-model.ts'
import { SCORES } from '../../inference/score-head.ts'
import { float32Of, type RawTensor, Session } from '../../inference/session.ts'

/** The file as it is, or its rewritten form, on one plausible item: unoptimised, on the CPU. */
async function scoresOf(
  source: { readonly model: Uint8Array | string; release(): void },
  feeds: Readonly<Record<string, RawTensor>>,
  output: string,
  threads: number,
): Promise<Float32Array> {
  const plain = { provider: 'cpu', optimisation: 'disabled', threads, arena: false } as const
  const session = await Session.load(source.model, plain).finally(() => source.release())
  try {
    const value = (await session.run(feeds, [output]))[output]
    if (value.type === 'float16' && value.data instanceof Uint16Array)
      return Float32Array.from(value.data, float16ToFloat)
    return float32Of(value)
  } finally {
    await session.close()
  }
}

/**
 * Largest change of a score by rewriting the file to operator set 18 and float32, relative to the largest score
 * (engine.md 4.3). null: not comparable, because the scores are sums over positions or the input is neither float32 nor
 * float16.
 *
 * errors  inference.load, inference.run: ONNX Runtime does not run the file as it is
 */
export async function rewritingChange(path: string, file: OnnxModel, opened: OpenedModel): Promise<number | null> {
  const { prepared, settings } = opened.engine
  const [input] = file.graph.inputs
  if (prepared.one.isSegmentation || (input.type !== 'float' && input.type !== 'float16')) return null
  const batch = prepared.statedBatch ?? 1
  const dims = [batch, ...prepared.input.itemDims]
  const data = plausibleInput(dims)
  const halves: RawTensor = { type: 'float16', dims, data: Uint16Array.from(data, floatToFloat16) }
  const floats: RawTensor = { type: 'float', dims, data }
  const given = input.type === 'float16' ? halves : floats
  const asIs = { model: path, release() {} }
  const before = await scoresOf(asIs, { [input.name]: given }, file.graph.outputs[0].name, settings.threads)
  const graph = (await prepared.at(prepared.head === 'none' ? 'logit' : 'probability', batch)).model
  const after = await scoresOf(modelBytesFor(graph), { [input.name]: floats }, SCORES, settings.threads)
  const scale = before.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
  return before.reduce((most, v, i) => Math.max(most, Math.abs(v - after[i])), 0) / (scale || 1)
}

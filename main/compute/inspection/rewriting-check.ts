import { int } from '../../graph/attributes.ts'
import type { Node, OnnxModel } from '../../graph/model.ts'
import { plausibleInput } from '../../inference/batches.ts'
import { modelBytesFor } from '../../inference/model-bytes.ts'
import type { OpenedModel } from '../../inference/open-model.ts'
import { SCORES } from '../../inference/score-head.ts'
import { scoreOutput } from '../../inference/score-output.ts'
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
    return float32Of((await session.run(feeds, [output]))[output])
  } finally {
    await session.close()
  }
}

/** The file with casts at its ends: half-precision arrays do not reach ONNX Runtime from this Node. */
function withFloatEnds(file: OnnxModel): OnnxModel {
  const { graph } = file
  const cast = (from: string, to: string, type: 1 | 10): Node => ({
    name: '',
    opType: 'Cast',
    domain: '',
    inputs: [from],
    outputs: [to],
    attributes: { to: int(type) },
  })
  const [input] = graph.inputs
  const output = scoreOutput(graph)
  const given = { ...input, name: 'saliscope/given', type: 'float' as const }
  const found = { ...output, name: 'saliscope/found', type: 'float' as const }
  const nodes = [cast(given.name, input.name, 10), ...graph.nodes, cast(output.name, found.name, 1)]
  return { ...file, graph: { ...graph, inputs: [given, ...graph.inputs.slice(1)], outputs: [found], nodes } }
}

/**
 * Largest change of a score by rewriting the file to operator set 18 and float32, relative to the largest score
 *. null: not comparable, because the scores are sums over positions or the input is neither float32 nor
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
  const floats: RawTensor = { type: 'float', dims, data: plausibleInput(dims) }
  const ends = input.type === 'float' ? file : withFloatEnds(file)
  const asIs = ends === file ? { model: path, release() {} } : modelBytesFor(ends)
  const feeds = { [ends.graph.inputs[0].name]: floats }
  const before = await scoresOf(asIs, feeds, scoreOutput(ends.graph).name, settings.threads)
  const graph = (await prepared.at(prepared.head === 'none' ? 'logit' : 'probability', batch)).model
  const after = await scoresOf(modelBytesFor(graph), { [prepared.input.name]: floats }, SCORES, settings.threads)
  if (prepared.head === 'log-softmax')
    before.forEach((v, i) => {
      before[i] = Math.exp(v)
    })
  const scale = before.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
  return before.reduce((most, v, i) => Math.max(most, Math.abs(v - after[i])), 0) / (scale || 1)
}

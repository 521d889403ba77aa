import type { OnnxModel, Shapes, ValueInfo } from '../graph/model.ts'
import type { Folded } from '../graph/passes/fold.ts'
import { prepare } from '../graph/prepare.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { sizeOf } from '../tensor/tensor.ts'
import { channelAxes } from './layout.ts'
import { type Probe, probe, shapesAtBatch } from './probe.ts'
import { appendScores, type Scored } from './score-head.ts'
import type { RawTensor, SessionSettings } from './session.ts'

/** A graph with everything fixed for one batch size; its one output is the score vector. */
export interface AtBatch extends Scored {
  readonly batch: number
  readonly channelAxes: ReadonlyMap<string, number>
}

/** Numbers like those of an image scaled to [0, 1]; the same on every machine. */
export function plausibleInput(dims: readonly number[], phase = 0): Float32Array {
  return Float32Array.from(
    { length: sizeOf(dims) },
    (_, i) => 0.5 + 0.45 * Math.sin(phase + i * 0.7311 + Math.cos(i * 0.0137) * 3),
  )
}

function feedOf(input: ValueInfo, dims: readonly number[]): RawTensor {
  if (input.type === 'float') return { type: 'float', dims, data: plausibleInput(dims) }
  throw new SaliscopeError(
    'inference.input',
    `The input ${input.name} of the model takes ${input.type} values; networks on float images can be explained.`,
    { type: input.type },
  )
}

/** One normalised graph at every batch size: folded, probed, ended at its score vector; made once per size. */
export class Batches {
  readonly #base: OnnxModel
  readonly #input: ValueInfo
  readonly #itemDims: readonly number[]
  readonly #settings: SessionSettings
  readonly #through: () => 'softmax' | 'sigmoid' | null
  readonly #made = new Map<string, Promise<AtBatch>>()
  readonly #probes = new Map<number, Promise<Probe>>()

  /** @param through what the scores of a file without a head go through; asked when the first graph is made */
  constructor(
    base: OnnxModel,
    input: ValueInfo,
    itemDims: readonly number[],
    settings: SessionSettings,
    through: () => 'softmax' | 'sigmoid' | null,
  ) {
    this.#base = base
    this.#input = input
    this.#itemDims = itemDims
    this.#settings = settings
    this.#through = through
  }

  /**
   * masked  with a further input that weighs the positions of a segmentation output
   * errors  graph.shape: the file is tied to its own batch; inference.target: a mask for a model without such an output; those of a run
   */
  at(batch: number, masked = false): Promise<AtBatch> {
    const key = `${batch}${masked ? ' masked' : ''}`
    const made = this.#made.get(key) ?? this.#make(batch, masked)
    this.#made.set(key, made)
    return made
  }

  /** The run with every tensor exposed at a batch size. */
  probe(batch: number): Promise<Probe> {
    const running = this.#probes.get(batch) ?? this.#probe(this.#folded(batch, null), batch)
    this.#probes.set(batch, running)
    return running
  }

  #folded(batch: number, probed: Shapes | null): Folded {
    return prepare(this.#base, { [this.#input.name]: [batch, ...this.#itemDims] }, probed)
  }

  #probe(folded: Folded, batch: number): Promise<Probe> {
    const feeds = { [this.#input.name]: feedOf(this.#input, [batch, ...this.#itemDims]) }
    return probe(folded.model, folded.shapes, feeds, this.#settings)
  }

  async #make(batch: number, masked: boolean): Promise<AtBatch> {
    const folded = this.#folded(batch, null)
    if (folded.unknown.length === 0) return this.#scored(folded, folded.shapes, batch, masked)
    const shapes = await this.#probedShapes(batch)
    const complete = this.#folded(batch, shapes)
    return this.#scored(complete, new Map([...shapes, ...complete.shapes]), batch, masked)
  }

  /** Shapes where static rules have gaps: a run at 1 and, for other sizes, one at 2, which says how each size grows. */
  async #probedShapes(batch: number): Promise<Shapes> {
    const own = this.#input.dims?.[0]
    if (batch === 1 || batch === own) return (await this.probe(batch)).shapes
    return shapesAtBatch((await this.probe(1)).shapes, (await this.probe(2)).shapes, batch)
  }

  #scored(folded: Folded, shapes: Shapes, batch: number, masked: boolean): AtBatch {
    const axes = channelAxes(folded.model.graph, shapes)
    return { ...appendScores(folded.model, shapes, axes, this.#through(), masked), batch, channelAxes: axes }
  }
}

import type { Tensor } from '../tensor/tensor.ts'

/** Which number is explained. `output` 'logit' cuts a final Softmax, Sigmoid or LogSoftmax; 'probability' keeps it. */
export interface Target {
  /** Index into the model's score vector, one per item of the batch, or one for all. */
  readonly index: number | readonly number[]
  readonly output: 'logit' | 'probability'
  /** Explains the negative of the score (one-logit models). */
  readonly negate: boolean
  /**
   * Segmentation models: weights of the output's positions, [1 or N, …spatial of the output]; the explained score is
   * Σ weight · score over them. Left out or null: every position counts alike.
   */
  readonly mask?: Tensor | null
}

/** How the backward pass treats ReLU nodes. */
export type BackwardRule = 'plain' | 'guided' | 'deconvolution'

export interface GradientResult {
  /** The explained score of each item, in double precision. */
  readonly scores: Float64Array
  /** d score / d x, the shape of x. */
  readonly gradient: Tensor
}

export interface LayerResult {
  readonly scores: Float64Array
  readonly layer: string
  /** [N, K, ...spatial] whatever the model's layout. */
  readonly activation: Tensor
  /** d score / d activation, same shape. */
  readonly gradient: Tensor
}

/** Composite and parameters of layer-wise relevance propagation, as CONTRACT.md names them. */
export interface RelevanceOptions {
  readonly composite: string
  readonly epsilon: number
  readonly gamma: number
  /** Legal input bounds in model space: one value, one per channel, or a whole array of x's item shape. */
  readonly low: number | Float32Array | null
  readonly high: number | Float32Array | null
  /** Also sums the relevance above and below every node. */
  readonly trace?: boolean
}

/** What a backward walk carried past one node, per item; null where a tensor mixes the items of a batch. */
export interface LayerTrace {
  readonly node: string
  readonly operator: string
  /** The node's first output. */
  readonly tensor: string
  /** Σ at the node's outputs, and Σ handed to its inputs. */
  readonly arriving: readonly (number | null)[]
  readonly leaving: readonly (number | null)[]
  /** What the node's bias kept; the rest of the difference went to stabilisers and added constants. */
  readonly bias: readonly (number | null)[]
}

export interface RelevanceResult {
  readonly scores: Float64Array
  readonly relevance: Tensor
  /** Relevance that biases kept, per item; null where it cannot be told apart by item. */
  readonly bias: Float64Array | null
  /** In the order of the walk, the score first; null unless asked for. */
  readonly trace: readonly LayerTrace[] | null
}

export interface MultiplierResult {
  readonly scores: Float64Array
  readonly referenceScores: Float64Array
  /** DeepLIFT multipliers with the shape of x; contribution = multiplier × (x − reference). */
  readonly multipliers: Tensor
  /** Contributions above and below every node; null unless asked for. */
  readonly trace: readonly LayerTrace[] | null
}

/** One attention layer: how much each token looks at each other one. */
export interface AttentionLayer {
  readonly tensor: string
  /** [N, heads, T, T]: rows look, columns are looked at; every row adds up to 1. */
  readonly weights: Tensor
  /** d score / d weights, same shape. */
  readonly gradient: Tensor
}

export interface AttentionResult {
  readonly scores: Float64Array
  /** In the order of computation. */
  readonly layers: readonly AttentionLayer[]
  /** Spatial grid of the patches, and how many tokens (class token, registers) stand before them. */
  readonly grid: readonly number[]
  readonly extraTokens: number
}

/**
 * The derivatives of several scores of the same items. The forward pass is run once for all of them; each result is what
 * a single call gives, within rounding.
 */
export interface SeveralTargets {
  gradient(x: Tensor, targets: readonly Target[], rule?: BackwardRule): Promise<readonly GradientResult[]>
  layer(x: Tensor, targets: readonly Target[], layer: string | null): Promise<readonly LayerResult[]>
  relevance(x: Tensor, targets: readonly Target[], options: RelevanceOptions): Promise<readonly RelevanceResult[]>
  multipliers(
    x: Tensor,
    reference: Tensor,
    targets: readonly Target[],
    rule: 'rescale' | 'reveal-cancel',
  ): Promise<readonly MultiplierResult[]>
}

/** Geometry of the model's first input, after dynamic axes are fixed. */
export interface InputDescription {
  readonly name: string
  /** Shape of one item, batch axis excluded, exactly as the tensor the model takes. */
  readonly itemDims: readonly number[]
  /** Axis of the channels within itemDims, or null when the item has no channel axis. */
  readonly channelAxis: number | null
  /** Axes within itemDims that are spatial, in order. */
  readonly spatialAxes: readonly number[]
}

/**
 * All that methods and metrics may see of a model. Batches are [N, …itemDims] of any N: the implementation cuts them
 * into chunks that fit the memory. Every promise rejects with SaliscopeError 'cancelled' once `signal` is aborted.
 */
export interface ModelUnderStudy {
  readonly input: InputDescription
  readonly scoreCount: number
  /** How many items one call handles best; methods that stream perturbations build batches of this size. */
  readonly preferredBatch: number
  /** Whether large batches run in other threads, so that the next one may be made meanwhile; no when left out. */
  readonly leavesThreadFree?: boolean
  /** The score vector of each item: [N, K], the head cut or kept as `output` says. */
  scores(x: Tensor, output: Target['output']): Promise<Tensor>
  /** Class probabilities [N, K] whatever head the file has: softmax of several logits, sigmoid of one or of multi-label. */
  probabilities(x: Tensor): Promise<Tensor>
  /** The explained score per item: negation and output applied. */
  explained(x: Tensor, target: Target): Promise<Float64Array>
  gradient(x: Tensor, target: Target, rule?: BackwardRule): Promise<GradientResult>
  /** Activation and gradient at a named tensor; null = the last tensor whose spatial extent exceeds 1. */
  layer(x: Tensor, target: Target, layer: string | null): Promise<LayerResult>
  /** The explained score when the named tensor is replaced by `activation` [N, K, ...spatial] (the rest computed from x). */
  fromLayer(x: Tensor, target: Target, layer: string | null, activation: Tensor): Promise<Float64Array>
  relevance(x: Tensor, target: Target, options: RelevanceOptions): Promise<RelevanceResult>
  multipliers(
    x: Tensor,
    reference: Tensor,
    target: Target,
    rule: 'rescale' | 'reveal-cancel',
    trace?: boolean,
  ): Promise<MultiplierResult>
  /** Several scores in one pass; models that cannot leave it out, and are asked singly. */
  readonly together?: SeveralTargets
  /** Attention weights and their gradients; left out by models that cannot tell. errors  inference.layer: no attention over a grid of patches */
  attention?(x: Tensor, target: Target): Promise<AttentionResult>
}

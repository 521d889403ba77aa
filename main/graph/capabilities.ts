/**
 * What an execution provider computes itself. Where something is missing, graphs are written in another form with the same
 * values: backward passes by their rules (main/autodiff), the nodes of the file by passes/provider-forms.ts.
 */
export interface Capabilities {
  /** MaxPool tells its winners, and ScatterElements adds to them. Otherwise winners are found by comparing shifted inputs. */
  readonly poolIndices: boolean
  /** MaxUnpool has a kernel. Otherwise winners that cannot coincide are scattered as the others are. */
  readonly maxUnpool: boolean
  /** Convolutions and pools take pads that differ at the two ends of an axis. Otherwise Pad and Slice do it. */
  readonly asymmetricPads: boolean
  /** Convolutions over three spatial axes may have groups. Otherwise each group is a convolution of its own. */
  readonly groupedConv3d: boolean
  /** ConvTranspose works over three spatial axes. Otherwise it is a convolution of the input with zeros between. */
  readonly convTranspose3d: boolean
  /** Conv is right for any number of channels. Otherwise channels in threes are filled up to fours with zeros. */
  readonly channelsInThrees: boolean
  /** Sum has a kernel. Otherwise it is a chain of Add. */
  readonly sum: boolean
  /** Reductions over axes of one element, or over none, still take |x|, x² or log x. Otherwise those stand there themselves. */
  readonly reductionsOfOne: boolean
  /** Resize interpolates along any axis and in a region of interest. Otherwise each axis is a product with a matrix. */
  readonly resizeAnywhere: boolean
}

/** The CPU provider has a kernel for all that is emitted. */
export const EVERYTHING: Capabilities = {
  poolIndices: true,
  maxUnpool: true,
  asymmetricPads: true,
  groupedConv3d: true,
  convTranspose3d: true,
  channelsInThrees: true,
  sum: true,
  reductionsOfOne: true,
  resizeAnywhere: true,
}

/** A provider that needs every other form. */
export const NOTHING: Capabilities = {
  poolIndices: false,
  maxUnpool: false,
  asymmetricPads: false,
  groupedConv3d: false,
  convTranspose3d: false,
  channelsInThrees: false,
  sum: false,
  reductionsOfOne: false,
  resizeAnywhere: false,
}

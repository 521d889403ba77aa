import type { Capabilities } from '../capabilities.ts'
import { analyse } from '../infer/analyse.ts'
import type { Node, OnnxModel, Shapes } from '../model.ts'
import { type Emit, rewriteNodes } from '../rewrite.ts'
import { channelsInFours, sumByPairs } from './provider/other-forms.ts'
import { reductionOfOne } from './provider/reductions-of-one.ts'
import { resizedByMatrices } from './provider/resize-matrices.ts'
import { groupedConv, zeroInsertedConv } from './provider/three-axes.ts'
import { unevenPads } from './provider/uneven-pads.ts'

/** Weights and their rearrangements are not computed to learn shapes. */
const SMALL = { each: 4096, total: 2 ** 20 }

/**
 * Writes nodes that a provider does not compute in forms that it does, with the same values but for the order of sums:
 *
 *   pads that differ at the ends of an axis   Pad before Conv and pools, Slice behind ConvTranspose
 *   ConvTranspose over three axes             a convolution of the input with zeros between its cells
 *   Conv over three axes with groups          one convolution per group
 *   Conv with 6, 9, 15, … channels            channels of zeros up to the next multiple of four
 *   Sum of several                            a chain of Add
 *   ReduceL1, … over axes of one element      Abs, x·x or Log
 *   Resize of outer axes or of a region       a product with a matrix along each axis
 *
 * Window attributes must be written out (resolve-padding.ts) and input sizes fixed. A node whose shapes cannot be told stays.
 */
export function providerForms(model: OnnxModel, capabilities: Capabilities): OnnxModel {
  const { asymmetricPads, convTranspose3d, groupedConv3d, channelsInThrees, sum } = capabilities
  const { reductionsOfOne, resizeAnywhere } = capabilities
  let written = model
  if (!convTranspose3d || !groupedConv3d) {
    written = rewritten(written, (node, emit, shapes) => {
      if (!convTranspose3d && zeroInsertedConv(node, emit, shapes, groupedConv3d)) return true
      return !groupedConv3d && groupedConv(node, emit, shapes)
    })
  }
  // What was written just now may have uneven pads of its own; later forms keep pads and shapes as they are.
  if (!asymmetricPads) written = rewritten(written, unevenPads)
  if (channelsInThrees && sum && reductionsOfOne && resizeAnywhere) return written
  return rewritten(written, (node, emit, shapes) => {
    if (!channelsInThrees && channelsInFours(node, emit, shapes)) return true
    if (!reductionsOfOne && reductionOfOne(node, emit, shapes)) return true
    if (!resizeAnywhere && resizedByMatrices(node, emit, shapes)) return true
    return !sum && sumByPairs(node, emit)
  })
}

function rewritten(model: OnnxModel, form: (node: Node, emit: Emit, shapes: Shapes) => boolean): OnnxModel {
  const { shapes } = analyse(model, null, SMALL)
  return rewriteNodes(model, (node, emit) => node.domain === '' && form(node, emit, shapes))
}

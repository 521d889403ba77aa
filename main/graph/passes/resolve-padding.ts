import { SaliscopeError } from '../../shared/errors.ts'
import { describeNode, ints } from '../attributes.ts'
import { withGraph } from '../edit.ts'
import { transposedWindow, windowOf } from '../infer/windows.ts'
import type { Attribute, Node, OnnxModel, Shapes } from '../model.ts'

const windowed = new Set(['Conv', 'MaxPool', 'AveragePool', 'LpPool'])

function spatialOf(name: string, node: Node, shapes: Shapes): readonly number[] {
  const shape = shapes.get(name)
  if (!shape) {
    throw new SaliscopeError(
      'graph.shape',
      `The shape of "${name}", which the ${describeNode(node)} reads, is not known.`,
      {
        node: node.name,
        tensor: name,
      },
    )
  }
  return shape.dims.slice(2)
}

function resolved(node: Node, shapes: Shapes): Node {
  const spatial = spatialOf(node.inputs[0], node, shapes)
  const { auto_pad: _, output_shape: __, ...rest } = node.attributes as Record<string, Attribute>
  if (node.opType === 'ConvTranspose') {
    const { window, outputPadding } = transposedWindow(node, spatial, spatialOf(node.inputs[1], node, shapes))
    const { kernel, strides, dilations, pads } = window
    return {
      ...node,
      attributes: {
        ...rest,
        kernel_shape: ints(kernel),
        strides: ints(strides),
        dilations: ints(dilations),
        pads: ints(pads),
        output_padding: ints(outputPadding),
      },
    }
  }
  const { kernel, strides, dilations, pads } = windowOf(
    node,
    spatial,
    node.opType === 'Conv' ? spatialOf(node.inputs[1], node, shapes) : [],
  )
  const explicit: Record<string, Attribute> = {
    ...rest,
    kernel_shape: ints(kernel),
    strides: ints(strides),
    pads: ints(pads),
  }
  // AveragePool and LpPool of version 18 have no dilations.
  if (node.opType === 'Conv' || node.opType === 'MaxPool' || node.opType === 'LpPool')
    explicit['dilations'] = ints(dilations)
  return { ...node, attributes: explicit }
}

/**
 * Writes kernel, strides, dilations and pads out on every Conv, ConvTranspose and pool: defaults filled in, auto_pad and
 * output_shape turned into pads. Operators downstream read these attributes without a fallback.
 *
 * errors  graph.shape: the input of such a node has no known shape
 */
export function resolvePadding(model: OnnxModel, shapes: Shapes): OnnxModel {
  return withGraph(model, {
    nodes: model.graph.nodes.map((node) =>
      node.domain === '' && (windowed.has(node.opType) || node.opType === 'ConvTranspose')
        ? resolved(node, shapes)
        : node,
    ),
  })
}

import type { OnnxModel } from '../model.ts'
import { type Rule, rewriteNodes } from '../rewrite.ts'
import { attributesToInputs } from './opset/attributes-to-inputs.ts'
import { changedMeaning } from './opset/changed-meaning.ts'
import { newerForms } from './opset/newer-forms.ts'
import { newerOperators } from './opset/newer-operators.ts'

/** The operator set every later pass and the appended graphs are written in. */
export const workingOpset = 18

const tables = [newerOperators, newerForms, attributesToInputs, changedMeaning]

const lift: Rule = (node, emit) => {
  if (node.domain !== '') return false
  for (const table of tables) {
    // A form that came after 18 cannot stand in an older file, and the other way round.
    if (table === newerForms && emit.opset <= 18) continue
    if (Object.hasOwn(table, node.opType) && table[node.opType](node, emit)) return true
  }
  return false
}

/**
 * Writes a model of operator set 7 to 26 in operator set 18: attributes that became inputs, operators whose meaning
 * changed, operators that came later decomposed. Constants must be initialisers (constants-to-initializers.ts).
 *
 * errors  graph.operator: a form that version 18 cannot express, by node and operator
 * source  ONNX operator change log
 */
export function liftOpset(model: OnnxModel): OnnxModel {
  const opset = model.opsets[''] ?? workingOpset
  const lifted = rewriteNodes(model, lift)
  const note =
    opset === workingOpset
      ? []
      : [`The operators were rewritten from version ${opset} of the operator set to ${workingOpset}.`]
  return { ...lifted, opsets: { ...model.opsets, '': workingOpset }, repairs: [...model.repairs, ...note] }
}

import type { Command } from '../command.ts'
import { demo } from './demo.command.ts'
import { explain } from './explain.command.ts'
import { importFiles } from './import.command.ts'
import { inspect } from './inspect.command.ts'
import { measure } from './measure.command.ts'
import { predict } from './predict.command.ts'
import { reference } from './reference.command.ts'
import { segment } from './segment.command.ts'
import { serve } from './serve.command.ts'

/** Every command, in the order the help shows them. */
export const commands: readonly Command[] = [
  demo,
  serve,
  importFiles,
  inspect,
  predict,
  explain,
  measure,
  segment,
  reference,
]

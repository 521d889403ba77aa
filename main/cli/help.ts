import type { Command } from './command.ts'

const pad = (text: string, width: number) => text.padEnd(width)

/** `saliscope --help`: what there is, and where to begin. */
export function generalHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length)) + 2
  return [
    'Saliscope: which saliency map of this model may we trust?',
    '',
    'Usage: saliscope COMMAND [options]',
    '',
    ...commands.map((command) => `  ${pad(command.name, width)}${command.summary}`),
    '',
    'Begin with:',
    '  saliscope demo                                   a project with known truth, all methods measured',
    '  saliscope inspect MODEL.onnx                     what a model file is and which methods it allows',
    '  saliscope explain MODEL.onnx --input X.npy --method gradient --output MAP.npy',
    '  saliscope serve                                  the workstation in the browser',
    '',
    'saliscope COMMAND --help explains one command. Exit status: 0 success, 1 failure, 2 usage.',
  ].join('\n')
}

/** `saliscope COMMAND --help`: usage, operands, options, examples; made from the command's own description. */
export function commandHelp(command: Command): string {
  const operands = command.operands.map((o) => (o.required ? o.name : `[${o.name}]`) + (o.repeat ? '...' : ''))
  const flags = command.flags.map((flag) => ({
    left: `--${flag.name}${flag.value ? ` ${flag.value}` : ''}${flag.repeat ? ' ...' : ''}`,
    flag,
  }))
  const width = Math.max(12, ...flags.map(({ left }) => left.length), ...command.operands.map((o) => o.name.length)) + 2
  const lines = [
    `${command.summary}`,
    '',
    `Usage: saliscope ${[command.name, ...operands].join(' ')}${flags.length > 0 ? ' [options]' : ''}`,
  ]
  if (command.operands.length > 0)
    lines.push('', ...command.operands.map((o) => `  ${pad(o.name, width)}${o.description}`))
  if (flags.length > 0)
    lines.push(
      '',
      'Options:',
      ...flags.map(({ left, flag }) => `  ${pad(left, width)}${flag.description}${flag.required ? ' (required)' : ''}`),
    )
  if (command.examples.length > 0) lines.push('', 'Examples:', ...command.examples.map((example) => `  ${example}`))
  return lines.join('\n')
}

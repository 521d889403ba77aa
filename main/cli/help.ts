import type { Command, Detail } from './command.ts'

const COLUMNS = 100

/** Words in lines of at most 100 columns, each set in by `indent`. */
export function wrap(text: string, indent: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && indent + line.length + 1 + word.length > COLUMNS) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  if (line !== '') lines.push(line)
  return lines.map((one) => ' '.repeat(indent) + one)
}

/** Names in a column, descriptions beside them. */
function list(rows: readonly (readonly [string, string])[], width: number): string[] {
  return rows.flatMap(([left, text]) => {
    const [first = '', ...rest] = wrap(text, width + 2)
    return [`  ${left.padEnd(width)}${first.trimStart()}`, ...rest]
  })
}

/** `saliscope --help`: what there is, and where to begin. */
export function generalHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length)) + 2
  return [
    'Saliscope: which saliency map of this model may we trust?',
    '',
    'Usage: saliscope COMMAND [options]',
    '',
    ...commands.map((command) => `  ${command.name.padEnd(width)}${command.summary}`),
    '',
    'Begin with:',
    '  saliscope demo                                   a project with known truth, all methods measured',
    '  saliscope inspect MODEL.onnx                     what a model file is and which methods it allows',
    '  saliscope explain MODEL.onnx --input X.npy --method gradient --output MAP.npy',
    '  saliscope serve                                  the workstation in the browser',
    '',
    'saliscope COMMAND --help explains one command.',
    ...ENDINGS,
  ].join('\n')
}

const ENDINGS = [
  'Exit status: 0 success, 1 failure with its reason in one line on standard error, 2 usage, 130 after',
  'Ctrl+C. An output file is written completely or not at all.',
]

/** `saliscope COMMAND --help`: usage, explanation, operands, options, examples; made from the command's own description. */
export function commandHelp(command: Command, detail?: Detail): string {
  const operands = command.operands.map((o) => (o.required ? o.name : `[${o.name}]`) + (o.repeat ? '...' : ''))
  const needed = command.flags
    .filter((flag) => flag.required)
    .map((flag) => `--${flag.name} ${flag.value ?? ''}`.trim())
  const flags = command.flags.map((flag): [string, string] => [
    `--${flag.name}${flag.value ? ` ${flag.value}` : ''}${flag.repeat ? ' ...' : ''}`,
    flag.description,
  ])
  const named = command.operands.map((o): [string, string] => [o.name, o.description])
  const width = Math.max(12, ...[...flags, ...named].map(([left]) => left.length)) + 2
  const lines = [
    `${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.`,
    '',
    ...wrap(
      `Usage: saliscope ${[command.name, ...operands, ...needed].join(' ')}${flags.length > needed.length ? ' [options]' : ''}`,
      0,
    ),
    ...command.explanation.flatMap((paragraph) => ['', ...wrap(paragraph, 0)]),
  ]
  if (named.length > 0) lines.push('', ...list(named, width))
  if (flags.length > 0) lines.push('', 'Options:', ...list(flags, width))
  if (detail !== undefined) lines.push('', `${detail.title}:`, ...wrap(detail.ids.join(', '), 2))
  if (command.examples.length > 0) lines.push('', 'Examples:', ...command.examples.map((example) => `  ${example}`))
  return [...lines, '', ...ENDINGS].join('\n')
}

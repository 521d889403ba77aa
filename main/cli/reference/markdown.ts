/** Text inside a cell of a table. */
export const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ')

/** A table; rows are already texts of cells. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

/** Paragraphs and tables, one empty line between them, one newline at the end. */
export const page = (...blocks: readonly string[]): string => `${blocks.filter((b) => b !== '').join('\n\n')}\n`

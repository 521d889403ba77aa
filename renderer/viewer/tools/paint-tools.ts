import type { ToolId } from '../store.ts'

const paintTools = new Set<ToolId>(['brush', 'eraser', 'polygon', 'freehand', 'fill', 'island'])

/** Whether a tool writes into the mask being edited. */
export function isPaintTool(tool: ToolId): boolean {
  return paintTools.has(tool)
}

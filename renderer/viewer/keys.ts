import {
  changeBrushRadius,
  changeOpacity,
  fitView,
  flipMap,
  nextText,
  resetViews,
  scrollBy,
  scrollTo,
  setWindow,
} from './actions.ts'
import type { CaseSession } from './case-session.ts'
import type { PlaneName } from './geometry/planes.ts'
import { keyName, shownKey } from './key-names.ts'
import type { ToolId } from './store.ts'
import { cancelOpenGesture } from './tools/open-gestures.ts'
import { finishOutline } from './tools/paint-drags.ts'
import { activeDocument } from './tools/stroke.ts'
import { automaticWindow, presetsFor } from './window-presets.ts'

export { shownKey } from './key-names.ts'

/** What a screen adds to the viewer's own commands. */
export interface KeyHost {
  /** Left, right, PageUp, PageDown. */
  stepSeries?(steps: number): void
  /** Ctrl+S. */
  save?(): void
  /** Ctrl+Enter. */
  acceptAndNext?(): void
  /** Ctrl+Shift+N. */
  nextUndone?(): void
  /** K. */
  keyImage?(): void
  showCheatSheet?(): void
}

export interface KeyCommand {
  readonly id: string
  readonly group: 'View' | 'Window' | 'Maps' | 'Tools' | 'Mask' | 'Case'
  readonly title: string
  /** Keys by character, as `keyName` writes them; the first one is shown in tooltips. */
  readonly keys: readonly string[]
  run(session: CaseSession, host: KeyHost): void
  /** For commands that last while the key is held. */
  release?(session: CaseSession): void
}

function activePlane(session: CaseSession): PlaneName {
  const { active } = session.store.getState()
  return active === 'volume' ? 'axial' : active
}

function tool(id: ToolId, title: string, key: string, group: KeyCommand['group'] = 'Tools'): KeyCommand {
  return {
    id: `tool.${id}`,
    group,
    title,
    keys: [key],
    run: ({ store }) => store.setState({ tool: id, outline: null }),
  }
}

function scroll(id: string, title: string, keys: string[], steps: number): KeyCommand {
  return { id, group: 'View', title, keys, run: (session) => scrollBy(session.store, activePlane(session), steps) }
}

/** Esc: the open gesture, preview or outline first; a second Esc resets the views. */
function cancelOrReset(session: CaseSession): void {
  const document = activeDocument({ session })
  const { outline, box, maximised } = session.store.getState()
  const said = session.store.getState().message !== null
  if (said) session.store.setState({ message: null })
  if (cancelOpenGesture()) return
  if (outline || box) session.store.setState({ outline: null, box: null })
  else if (document?.preview) document.cancelPreview()
  else if (maximised) session.store.setState({ maximised: null })
  else if (!said) resetViews(session.store)
}

function undo(session: CaseSession): void {
  const { outline } = session.store.getState()
  if (cancelOpenGesture()) return
  if (outline) session.store.setState({ outline: null })
  else activeDocument({ session })?.undo()
}

/** Enter: an outline of at least three corners is closed, a preview becomes an edit. */
function accept(session: CaseSession): void {
  const { outline, masking } = session.store.getState()
  if (outline) finishOutline({ session })
  else activeDocument({ session })?.acceptPreview(masking)
}

function takeCornerBack({ store }: CaseSession): void {
  const { outline } = store.getState()
  if (!outline) return
  const points = outline.points.slice(0, -1)
  store.setState({ outline: points.length > 0 ? { ...outline, points } : null })
}

function stepSegment(session: CaseSession, steps: number): void {
  const document = activeDocument({ session })
  if (!document || document.segments.length === 0) return
  const { activeSegment } = session.store.getState()
  const at = document.segments.findIndex((s) => s.value === activeSegment)
  const next = (Math.max(0, at) + steps + document.segments.length) % document.segments.length
  session.store.setState({ activeSegment: document.segments[next].value })
}

const presetKeys: KeyCommand[] = Array.from({ length: 9 }, (_, n) => ({
  id: `window.preset-${n + 1}`,
  group: 'Window',
  title: `Window preset ${n + 1}`,
  keys: [String(n + 1)],
  run: ({ store, image }) => {
    const preset = presetsFor(image.layer.volume).find((p) => p.digit === String(n + 1))
    if (preset) setWindow(store, preset.width, preset.level)
  },
}))

/** The one table: handler, tooltips, menus and the cheat sheet read it. */
export const keyCommands: readonly KeyCommand[] = [
  tool('window', 'Window and level', 'W'),
  tool('scroll', 'Scroll slices', 'S'),
  tool('pan', 'Pan', 'T'),
  tool('zoom', 'Zoom', 'Z'),
  tool('crosshair', 'Crosshair', 'H'),
  tool('brush', 'Brush', 'B', 'Mask'),
  tool('eraser', 'Eraser', 'E', 'Mask'),
  tool('polygon', 'Polygon', 'P', 'Mask'),
  tool('freehand', 'Freehand outline', 'F', 'Mask'),
  tool('fill', 'Fill', 'G', 'Mask'),
  tool('island', 'Islands', 'N', 'Mask'),
  scroll('view.previous', 'Previous slice', ['ArrowUp'], -1),
  scroll('view.next', 'Next slice', ['ArrowDown'], 1),
  scroll('view.back-ten', 'Ten slices back', ['Shift+ArrowUp'], -10),
  scroll('view.on-ten', 'Ten slices on', ['Shift+ArrowDown'], 10),
  {
    id: 'view.first',
    group: 'View',
    title: 'First slice',
    keys: ['Home'],
    run: (s) => scrollTo(s.store, activePlane(s), 0),
  },
  {
    id: 'view.last',
    group: 'View',
    title: 'Last slice',
    keys: ['End'],
    run: (s) => scrollTo(s.store, activePlane(s), Number.MAX_SAFE_INTEGER),
  },
  {
    id: 'view.fit',
    group: 'View',
    title: 'Fit the view',
    keys: ['='],
    run: (s) => fitView(s.store, s.store.getState().active),
  },
  { id: 'view.text', group: 'View', title: 'Texts: all, reduced, none', keys: ['I'], run: (s) => nextText(s.store) },
  {
    id: 'view.invert',
    group: 'View',
    title: 'Invert grey',
    keys: ['Shift+I'],
    run: ({ store }) => store.setState((s) => ({ invert: !s.invert })),
  },
  {
    id: 'view.cine',
    group: 'View',
    title: 'Cine',
    keys: ['C'],
    run: ({ store }) => store.setState((s) => ({ cine: { ...s.cine, running: !s.cine.running } })),
  },
  { id: 'view.escape', group: 'View', title: 'Cancel; again: reset the views', keys: ['Escape'], run: cancelOrReset },
  {
    id: 'window.automatic',
    group: 'Window',
    title: 'Automatic window',
    keys: ['0'],
    run: ({ store, image }) => {
      const w = automaticWindow(image.layer)
      setWindow(store, w.width, w.level)
    },
  },
  ...presetKeys,
  {
    id: 'maps.peek',
    group: 'Maps',
    title: 'Without maps, while held',
    keys: ['Space'],
    run: ({ store }) => store.setState({ peek: true }),
    release: ({ store }) => store.setState({ peek: false }),
  },
  { id: 'maps.next', group: 'Maps', title: 'Next map', keys: ['M'], run: ({ store }) => flipMap(store, 1) },
  {
    id: 'maps.previous',
    group: 'Maps',
    title: 'Previous map',
    keys: ['Shift+M'],
    run: ({ store }) => flipMap(store, -1),
  },
  {
    id: 'maps.opaque',
    group: 'Maps',
    title: 'More opaque',
    keys: ['O'],
    run: ({ store }) => changeOpacity(store, 0.05),
  },
  {
    id: 'maps.transparent',
    group: 'Maps',
    title: 'More transparent',
    keys: ['Shift+O'],
    run: ({ store }) => changeOpacity(store, -0.05),
  },
  {
    id: 'mask.smaller',
    group: 'Mask',
    title: 'Smaller brush',
    keys: ['[', 'Alt+-'],
    run: ({ store }) => changeBrushRadius(store, -1),
  },
  {
    id: 'mask.larger',
    group: 'Mask',
    title: 'Larger brush',
    keys: [']', 'Alt++', 'Alt+='],
    run: ({ store }) => changeBrushRadius(store, 1),
  },
  {
    id: 'mask.invert',
    group: 'Mask',
    title: 'Brush erases, eraser paints, while held',
    keys: ['X'],
    run: ({ store }) => store.setState({ inverted: true }),
    release: ({ store }) => store.setState({ inverted: false }),
  },
  {
    id: 'mask.previous-segment',
    group: 'Mask',
    title: 'Previous segment',
    keys: [','],
    run: (s) => stepSegment(s, -1),
  },
  { id: 'mask.next-segment', group: 'Mask', title: 'Next segment', keys: ['.'], run: (s) => stepSegment(s, 1) },
  {
    id: 'mask.only',
    group: 'Mask',
    title: 'Hide the other segments',
    keys: ['Y'],
    run: ({ store }) => store.setState((s) => ({ onlyActiveSegment: !s.onlyActiveSegment })),
  },
  { id: 'mask.undo', group: 'Mask', title: 'Undo', keys: ['Ctrl+Z'], run: undo },
  {
    id: 'mask.redo',
    group: 'Mask',
    title: 'Redo',
    keys: ['Ctrl+Shift+Z', 'Ctrl+Y'],
    run: (session) => activeDocument({ session })?.redo(),
  },
  {
    id: 'mask.accept',
    group: 'Mask',
    title: 'Close the outline, accept the preview',
    keys: ['Enter'],
    run: accept,
  },
  {
    id: 'mask.corner-back',
    group: 'Mask',
    title: 'Take the last corner back',
    keys: ['Backspace'],
    run: takeCornerBack,
  },
  { id: 'case.save', group: 'Case', title: 'Save a version', keys: ['Ctrl+S'], run: (_, host) => host.save?.() },
  {
    id: 'case.accept',
    group: 'Case',
    title: 'Accept and next case',
    keys: ['Ctrl+Enter'],
    run: (_, host) => host.acceptAndNext?.(),
  },
  {
    id: 'case.next-undone',
    group: 'Case',
    title: 'Next case to do',
    keys: ['Ctrl+Shift+N'],
    run: (_, host) => host.nextUndone?.(),
  },
  {
    id: 'case.previous-series',
    group: 'Case',
    title: 'Previous series',
    keys: ['ArrowLeft', 'PageUp'],
    run: (_, host) => host.stepSeries?.(-1),
  },
  {
    id: 'case.next-series',
    group: 'Case',
    title: 'Next series',
    keys: ['ArrowRight', 'PageDown'],
    run: (_, host) => host.stepSeries?.(1),
  },
  { id: 'case.key-image', group: 'Case', title: 'Key image', keys: ['K'], run: (_, host) => host.keyImage?.() },
  {
    id: 'case.cheat-sheet',
    group: 'Case',
    title: 'Keys',
    keys: ['?', 'F1'],
    run: (_, host) => host.showCheatSheet?.(),
  },
]

const byKey = new Map<string, KeyCommand>()
for (const command of keyCommands) {
  for (const key of command.keys) {
    if (byKey.has(key)) throw new Error(`The key ${key} is given to ${byKey.get(key)?.id} and to ${command.id}.`)
    byKey.set(key, command)
  }
}

/** The same command for buttons and menus as for its key. */
export function runCommand(id: string, session: CaseSession, host: KeyHost = {}): void {
  commandOf(id).run(session, host)
}

function commandOf(id: string): KeyCommand {
  const command = keyCommands.find((c) => c.id === id)
  if (!command) throw new RangeError(`There is no command "${id}".`)
  return command
}

export function commandFor(event: Parameters<typeof keyName>[0]): KeyCommand | undefined {
  return byKey.get(keyName(event))
}

/** Title and first key of a command, for tooltips: "Brush (B)". */
export function titleWithKey(id: string): string {
  const command = commandOf(id)
  return `${command.title} (${shownKey(command.keys[0])})`
}

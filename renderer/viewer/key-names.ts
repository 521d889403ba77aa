/**
 * Name of a pressed key by its character, with modifiers in the order Ctrl, Alt, Shift; Cmd counts as Ctrl. Shift is named
 * for letters and named keys only: '?' and '+' already are what Shift made of a key.
 */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toUpperCase() : event.key
  const named = event.key.length > 1 || event.key === ' ' || key.toLowerCase() !== key.toUpperCase()
  const parts = [
    event.ctrlKey || event.metaKey ? 'Ctrl' : '',
    event.altKey ? 'Alt' : '',
    event.shiftKey && named ? 'Shift' : '',
    key,
  ]
  return parts.filter(Boolean).join('+')
}

const shownNames: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
}

/** A key as tooltips and the cheat sheet write it: "Ctrl Shift Z". */
export function shownKey(key: string): string {
  const parts = key === '+' || key.endsWith('++') ? [...key.slice(0, -2).split('+'), '+'] : key.split('+')
  return parts
    .filter(Boolean)
    .map((part) => shownNames[part] ?? part)
    .join(' ')
}

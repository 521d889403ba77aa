/** Hands bytes to the user: the browser's own download; on the desktop the screens write through a save target instead. */
export function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The download has taken its own reference once the click is handled.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

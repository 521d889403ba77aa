import type { Session, WebContents } from 'electron'
import { ORIGIN } from './origin.ts'

const LOCAL_SCHEMES = new Set(['app:', 'blob:', 'data:'])

/** Whether an address belongs to this program; devtools only in development. */
export function isLocal(address: string, development: boolean): boolean {
  let scheme: string
  try {
    scheme = new URL(address).protocol
  } catch {
    return false
  }
  return LOCAL_SCHEMES.has(scheme) || (development && scheme === 'devtools:')
}

/** Whether a frame may call the shell: our origin, and the top frame. */
export function isOurFrame(frame: { url: string; parent: unknown } | null): boolean {
  return frame !== null && frame.parent === null && (frame.url === ORIGIN || frame.url.startsWith(`${ORIGIN}/`))
}

/** Nothing leaves the machine, no permission is given, nothing is downloaded. */
export function closeSession(session: Session, development: boolean): void {
  session.webRequest.onBeforeRequest((details, callback) => callback({ cancel: !isLocal(details.url, development) }))
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, callback) => callback({}))
  session.setCertificateVerifyProc((_request, callback) => callback(-2))
  session.setSpellCheckerEnabled(false)
  // Switched off it would still fetch a dictionary for the system's language.
  session.setSpellCheckerLanguages([])
  session.setSpellCheckerDictionaryDownloadURL(`${ORIGIN}/no-dictionaries/`)
  session.on('will-download', (event) => event.preventDefault())
}

/** No second window, no navigation away, no web view. */
export function closeContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  const stay = (event: { preventDefault(): void }, address: string) => {
    if (address !== ORIGIN && !address.startsWith(`${ORIGIN}/`)) event.preventDefault()
  }
  contents.on('will-navigate', (event, address) => stay(event, address))
  contents.on('will-redirect', (event, address) => stay(event, address))
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

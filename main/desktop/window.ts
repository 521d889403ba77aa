import { BrowserWindow, screen } from 'electron'
import { ORIGIN } from './origin.ts'
import { closeContents } from './policy.ts'

/** The one window. Its page is our own bundle; it has no Node, no web view, no spell checker. */
export function openWindow(preload: string, development: boolean): BrowserWindow {
  const area = screen.getPrimaryDisplay().workAreaSize
  const window = new BrowserWindow({
    width: Math.min(1600, area.width),
    height: Math.min(1000, area.height),
    minWidth: 1024,
    minHeight: 700,
    backgroundColor: '#121212',
    title: 'Saliscope',
    show: false,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      devTools: development,
    },
  })
  closeContents(window.webContents)
  window.once('ready-to-show', () => window.show())
  void window.loadURL(`${ORIGIN}/`)
  return window
}

import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { CHANNELS, type PreloadSurface } from '../main/shared/shell/surface.ts'

/** Path of a dropped file; runtimes before webUtils carried it on the file itself. */
function pathOf(file: File): string {
  if (webUtils !== undefined) return webUtils.getPathForFile(file)
  return 'path' in file ? String(file.path) : ''
}

const surface: PreloadSurface = {
  platform: process.platform,
  pickFiles: (kind) => ipcRenderer.invoke(CHANNELS.pickFiles, kind),
  pickFolder: (kind) => ipcRenderer.invoke(CHANNELS.pickFolder, kind),
  pickSaveTarget: (kind, suggestedName) => ipcRenderer.invoke(CHANNELS.pickSaveTarget, kind, suggestedName),
  handleOfDropped: (files) =>
    ipcRenderer.invoke(
      CHANNELS.dropped,
      files.map(pathOf).filter((path) => path !== ''),
    ),
}

contextBridge.exposeInMainWorld('saliscopeShell', surface)

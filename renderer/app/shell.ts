import type { Handle, PickKind, PreloadSurface, SaveKind } from '../../main/shared/shell/surface.ts'
import { sendBody } from './upload.ts'

declare global {
  interface Window {
    saliscopeShell?: PreloadSurface
  }
}

const ACCEPT: Record<PickKind, string> = {
  images: '',
  masks: '.nii,.nii.gz,.gz,.png',
  model: '.onnx',
  project: '.saliscope',
  table: '.csv,.json',
}

/** Asks the browser for files and hands them to the workstation process, which keeps them in its private folder. */
function pickInBrowser(kind: PickKind, folder: boolean): Promise<File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input')
    input.type = 'file'
    input.multiple = kind === 'images' || kind === 'masks'
    input.accept = ACCEPT[kind]
    if (folder) input.webkitdirectory = true
    input.addEventListener('change', () => resolve([...(input.files ?? [])]))
    input.addEventListener('cancel', () => resolve([]))
    input.click()
  })
}

async function upload(files: readonly File[]): Promise<Handle[]> {
  const handles: Handle[] = []
  for (const file of files) handles.push(await sendBody(file))
  return handles
}

const inBrowser: PreloadSurface = {
  platform: 'browser',
  pickFiles: async (kind) => upload(await pickInBrowser(kind, false)),
  pickFolder: async (kind) => upload(await pickInBrowser(kind, true)),
  pickSaveTarget: (_kind: SaveKind, suggestedName) => Promise.resolve({ handle: '', name: suggestedName }),
  handleOfDropped: upload,
}

/** The desktop's preload, or the same functions on top of a plain browser. */
export const shell: PreloadSurface = window.saliscopeShell ?? inBrowser
export const isDesktop = window.saliscopeShell !== undefined

import { randomBytes } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import path from 'node:path'
import type { BrowserWindow, Dialog, FileFilter, IpcMain, IpcMainInvokeEvent } from 'electron'
import { CHANNELS, type Handle, type PickKind, type SaveKind } from '../shared/shell/surface.ts'
import { isOurFrame } from './policy.ts'

export interface DialogDependencies {
  readonly ipcMain: Pick<IpcMain, 'handle'>
  readonly dialog: Pick<Dialog, 'showOpenDialog' | 'showSaveDialog'>
  window(): BrowserWindow | null
  grant(handle: string, file: string, mode: 'read' | 'write'): void
}

const FILTERS = {
  images: [{ name: 'Images', extensions: ['*'] }],
  masks: [{ name: 'Masks', extensions: ['nii', 'gz', 'png'] }],
  model: [{ name: 'ONNX models', extensions: ['onnx'] }],
  project: [{ name: 'Saliscope projects', extensions: ['saliscope'] }],
  table: [{ name: 'Tables', extensions: ['csv', 'json'] }],
} satisfies Record<PickKind, FileFilter[]>

const SAVE_FILTERS = {
  project: [{ name: 'Saliscope project', extensions: ['saliscope'] }],
  figure: [{ name: 'Figure', extensions: ['pdf', 'svg', 'png'] }],
  table: [{ name: 'Table', extensions: ['csv', 'json'] }],
  mask: [{ name: 'Mask', extensions: ['nii.gz'] }],
} satisfies Record<SaveKind, FileFilter[]>

const LONGEST_NAME = 200
const MOST_DROPPED = 20_000

/** Registers the four calls of the preload. Each refuses senders other than our top frame, and arguments of another form. */
export function registerDialogs(dependencies: DialogDependencies): void {
  const { ipcMain } = dependencies
  const guarded = <T>(channel: string, action: (...words: unknown[]) => Promise<T>) =>
    ipcMain.handle(channel, (event: IpcMainInvokeEvent, ...words: unknown[]) => {
      if (!isOurFrame(event.senderFrame))
        throw new Error('Refused: the call does not come from the program’s own window.')
      return action(...words)
    })
  guarded(CHANNELS.pickFiles, (kind) => pick(dependencies, oneOf(kind, FILTERS), ['openFile', 'multiSelections']))
  guarded(CHANNELS.pickFolder, (kind) => pick(dependencies, oneOf(kind, FILTERS), ['openDirectory']))
  guarded(CHANNELS.pickSaveTarget, (kind, name) => pickSave(dependencies, oneOf(kind, SAVE_FILTERS), name))
  guarded(CHANNELS.dropped, (paths) => handlesOf(dependencies, droppedPaths(paths)))
}

function oneOf<K extends string>(value: unknown, table: Record<K, FileFilter[]>): FileFilter[] {
  if (typeof value !== 'string' || !Object.hasOwn(table, value)) throw new Error('Refused: unknown kind of file.')
  return table[value as K]
}

function droppedPaths(value: unknown): string[] {
  if (!Array.isArray(value) || value.length > MOST_DROPPED) throw new Error('Refused: a list of paths was expected.')
  return value.filter(
    (item): item is string => typeof item === 'string' && path.isAbsolute(item) && !item.includes('\0'),
  )
}

async function pick(
  dependencies: DialogDependencies,
  filters: FileFilter[],
  properties: ('openFile' | 'openDirectory' | 'multiSelections')[],
): Promise<Handle[]> {
  const window = dependencies.window()
  if (window === null) return []
  const { canceled, filePaths } = await dependencies.dialog.showOpenDialog(window, { filters, properties })
  return canceled ? [] : handlesOf(dependencies, filePaths)
}

async function pickSave(
  dependencies: DialogDependencies,
  filters: FileFilter[],
  name: unknown,
): Promise<Handle | null> {
  const window = dependencies.window()
  if (window === null) return null
  const suggested = typeof name === 'string' ? path.basename(name).slice(0, LONGEST_NAME) : ''
  const { canceled, filePath } = await dependencies.dialog.showSaveDialog(window, { filters, defaultPath: suggested })
  if (canceled || !filePath) return null
  const handle = newHandle()
  const folder = await realpath(path.dirname(filePath))
  dependencies.grant(handle, path.join(folder, path.basename(filePath)), 'write')
  return { handle, name: path.basename(filePath) }
}

async function handlesOf(dependencies: DialogDependencies, files: readonly string[]): Promise<Handle[]> {
  const handles: Handle[] = []
  for (const file of files) {
    const handle = newHandle()
    dependencies.grant(handle, await realpath(file), 'read')
    handles.push({ handle, name: path.basename(file) })
  }
  return handles
}

const newHandle = () => `h-${randomBytes(16).toString('hex')}`

import { mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { CHANNELS } from '../shared/shell/surface.ts'
import { type DialogDependencies, registerDialogs } from './dialogs.ts'

type Handler = (event: unknown, ...words: unknown[]) => Promise<unknown>

function register() {
  const handlers = new Map<string, Handler>()
  const dialog = { showOpenDialog: vi.fn(), showSaveDialog: vi.fn() }
  const grant = vi.fn()
  registerDialogs({
    ipcMain: { handle: (name: string, handler: Handler) => void handlers.set(name, handler) },
    dialog,
    window: () => ({}),
    grant,
  } as unknown as DialogDependencies)
  const call = (channel: string, ...words: unknown[]) =>
    (handlers.get(channel) as Handler)({ senderFrame: { url: 'app://saliscope/', parent: null } }, ...words)
  return { handlers, dialog, grant, call }
}

const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'saliscope-dialogs-')))
writeFileSync(path.join(folder, 'net.onnx'), '')
symlinkSync(path.join(folder, 'net.onnx'), path.join(folder, 'link.onnx'))

describe('dialogs of the shell', () => {
  it('gives the page a handle and tells only the workstation the real path', async () => {
    const { dialog, grant, call } = register()
    dialog.showOpenDialog.mockResolvedValue({ canceled: false, filePaths: [path.join(folder, 'link.onnx')] })
    const [chosen] = (await call(CHANNELS.pickFiles, 'model')) as { handle: string; name: string }[]
    expect(chosen.name).toBe('link.onnx')
    expect(chosen.handle).toMatch(/^h-[0-9a-f]{32}$/)
    expect(grant).toHaveBeenCalledWith(chosen.handle, path.join(folder, 'net.onnx'), 'read')
    expect(JSON.stringify(chosen)).not.toContain(folder)
  })

  it('grants a save target for writing, by its folder’s real path', async () => {
    const { dialog, grant, call } = register()
    dialog.showSaveDialog.mockResolvedValue({ canceled: false, filePath: path.join(folder, 'study.saliscope') })
    const target = (await call(CHANNELS.pickSaveTarget, 'project', '../../etc/study.saliscope')) as { handle: string }
    expect(dialog.showSaveDialog.mock.calls[0][1].defaultPath).toBe('study.saliscope')
    expect(grant).toHaveBeenCalledWith(target.handle, path.join(folder, 'study.saliscope'), 'write')
  })

  it('gives nothing when the dialog was cancelled', async () => {
    const { dialog, grant, call } = register()
    dialog.showOpenDialog.mockResolvedValue({ canceled: true, filePaths: [] })
    expect(await call(CHANNELS.pickFolder, 'images')).toEqual([])
    expect(grant).not.toHaveBeenCalled()
  })

  it('refuses foreign senders, unknown kinds and wrong arguments', async () => {
    const { handlers, call } = register()
    const pick = handlers.get(CHANNELS.pickFiles) as Handler
    expect(() => pick({ senderFrame: { url: 'https://example.org', parent: null } }, 'model')).toThrow('Refused')
    expect(() => pick({ senderFrame: null }, 'model')).toThrow('Refused')
    expect(() => call(CHANNELS.pickFiles, '__proto__')).toThrow('Refused')
    expect(() => call(CHANNELS.dropped, 'not a list')).toThrow('Refused')
  })

  it('takes only absolute paths of a drop', async () => {
    const { grant, call } = register()
    const handles = (await call(CHANNELS.dropped, [path.join(folder, 'net.onnx'), 'relative.onnx', 7])) as unknown[]
    expect(handles).toHaveLength(1)
    expect(grant).toHaveBeenCalledTimes(1)
  })
})

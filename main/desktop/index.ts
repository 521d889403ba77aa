import { existsSync } from 'node:fs'
import path from 'node:path'
import { app, type BrowserWindow, dialog, ipcMain, protocol, session } from 'electron'
import { findProgramNode } from '../../bin/program-node.mjs'
import { DeathCount } from './death-count.ts'
import { registerDialogs } from './dialogs.ts'
import { installMenu } from './menu.ts'
import { closeSession } from './policy.ts'
import { schemeHandler } from './scheme.ts'
import { openWindow } from './window.ts'
import { Workstation } from './workstation.ts'

const root = app.getAppPath()
const development = !app.isPackaged && process.env['SALISCOPE_TEST'] === undefined

protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
])
for (const name of [
  'disable-component-update',
  'disable-background-networking',
  'no-pings',
  'disable-domain-reliability',
])
  app.commandLine.appendSwitch(name)
app.commandLine.appendSwitch('dns-prefetch-disable')
// No name is resolved and no address connected to, whatever part of Chromium asks; the workstation is reached by a socket of ours.
app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')
const dataFolder = process.env['SALISCOPE_USER_DATA']
if (dataFolder) app.setPath('userData', dataFolder)

let window: BrowserWindow | null = null

async function start(): Promise<void> {
  const nodePath = findProgramNode(root)
  if (nodePath === null)
    throw new Error(
      `No Node for ${process.platform}-${process.arch} lies beside the program. Install it again with its optional packages.`,
    )
  const source = path.join(root, 'main/host/index.ts')
  const workstation = new Workstation({
    nodePath,
    entry: existsSync(source) ? source : path.join(root, 'out/host/index.js'),
    userData: path.join(app.getPath('userData'), 'workstation'),
    onGivingUp: (message) => void goOn(message, () => void workstation.start().catch(logged)),
    onLog: (line) => process.stderr.write(line),
  })
  const ours = session.defaultSession
  closeSession(ours, development)
  ours.protocol.handle(
    'app',
    schemeHandler({
      rendererFolder: path.join(root, 'out/renderer'),
      token: workstation.token,
      socket: () => workstation.socket(),
    }),
  )
  registerDialogs({
    ipcMain,
    dialog,
    window: () => window,
    grant: (handle, file, mode) => workstation.grant(handle, file, mode),
  })
  installMenu(development)
  const ready = workstation.start()
  window = openWindow(path.join(root, 'out/preload/index.cjs'), development)
  const deaths = new DeathCount()
  window.webContents.on('render-process-gone', (_event, details) => {
    process.stderr.write(`The window's process ended (${details.reason}).\n`)
    if (details.reason === 'clean-exit') return
    if (deaths.isSecond()) void goOn('The window’s process ended twice within a minute.', () => window?.reload())
    else window?.reload()
  })
  window.on('closed', () => {
    window = null
  })
  let closed = false
  app.on('before-quit', (event) => {
    if (closed) return
    event.preventDefault()
    void workstation.close().then(() => {
      closed = true
      app.quit()
    })
  })
  await ready.catch(logged)
}

const logged = (error: Error) => void process.stderr.write(`${error.message}\n`)

/** What failed twice is not tried a third time unasked. */
async function goOn(message: string, again: () => void): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: 'Saliscope',
    message,
    detail: 'What was acknowledged as saved is in the project file. It is opened again with the program.',
    buttons: ['Try again', 'Quit'],
    defaultId: 0,
    cancelId: 1,
  })
  if (response === 0) again()
  else app.quit()
}

if (!app.requestSingleInstanceLock()) app.quit()
else {
  app.on('second-instance', () => {
    if (window === null) return
    if (window.isMinimized()) window.restore()
    window.focus()
  })
  app.on('window-all-closed', () => app.quit())
  app.on('child-process-gone', (_event, details) =>
    process.stderr.write(`A helper process (${details.type}) ended: ${details.reason}.\n`),
  )
  void app
    .whenReady()
    .then(start)
    .catch((error: Error) => {
      dialog.showErrorBox('Saliscope', error.message)
      app.exit(1)
    })
}

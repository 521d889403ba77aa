#!/usr/bin/env node
// `npm start`: the desktop when an Electron binary and a screen are there, else the same workstation in the system browser.
import { spawn, spawnSync } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { findElectron } from './electron-binary.mjs'
import { findProgramNode } from './program-node.mjs'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const words = process.argv.slice(2)
const node = findProgramNode(root)
if (node === null) {
  console.error('saliscope: Node 24 or newer is needed. Run "npm ci" with optional dependencies, or install Node 24.')
  process.exit(1)
}
const builder = path.join(root, 'node_modules/electron-vite/bin/electron-vite.js')
const built = spawnSync(node, [builder, 'build', '--logLevel', 'warn'], { cwd: root, stdio: ['ignore', 2, 2] })
if (built.status !== 0) process.exit(built.status ?? 1)

const electron = findElectron(root)
const linux = process.platform === 'linux'
const isBlind = linux && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY
if (electron === null)
  console.log(
    'No Electron binary is installed here (npx install-electron fetches it): the workstation opens in the browser instead.',
  )
else if (isBlind)
  console.log('There is no screen here (DISPLAY is not set): the workstation is served for a browser instead.')

const isWindow = electron !== null && !isBlind
const switches = []
if (isWindow && linux && process.getuid() === 0) {
  console.log('Chromium’s sandbox does not work for the user root: the window runs without it.')
  switches.push('--no-sandbox')
}
const child = isWindow
  ? spawn(electron, [root, ...switches, ...words], { stdio: 'inherit' })
  : spawn(node, [path.join(root, 'main/cli/index.ts'), 'serve', '--open', ...words], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => {
  console.error(`saliscope: ${isWindow ? electron : node} could not be started (${error.message}).`)
  process.exit(1)
})
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 0)))

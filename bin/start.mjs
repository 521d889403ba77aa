#!/usr/bin/env node
// `npm start`: the desktop when an Electron binary is there, else the same workstation in the system browser.
import { spawn, spawnSync } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { findElectron } from './electron-binary.mjs'
import { findProgramNode } from './program-node.mjs'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const node = findProgramNode(root)
if (node === null) {
  console.error('saliscope: Node 24 or newer is needed. Run "npm ci" with optional dependencies, or install Node 24.')
  process.exit(1)
}
const builder = path.join(root, 'node_modules/electron-vite/bin/electron-vite.js')
const built = spawnSync(node, [builder, 'build', '--logLevel', 'warn'], { cwd: root, stdio: 'inherit' })
if (built.status !== 0) process.exit(built.status ?? 1)

const electron = findElectron(root)
if (electron === null)
  console.log(
    'No Electron binary is installed here (npx install-electron fetches it): opening the workstation in the browser instead.',
  )
const child =
  electron === null
    ? spawn(node, [path.join(root, 'main/cli/index.ts'), 'serve', '--open', ...process.argv.slice(2)], {
        stdio: 'inherit',
      })
    : spawn(electron, [root, ...process.argv.slice(2)], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => process.exit(code ?? 0))

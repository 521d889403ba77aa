import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'

// Main and preload must run on Electron 25 too (Node 18, Chromium 114), on which the desktop journeys may run; everything
// else runs under the Node 24 that ships with the program and in the shipped Chromium.
/** Screens have deep addresses (/viewer/:study), so what the page loads is named from the root; electron-vite's own default is relative. */
const fromTheRoot: Plugin = { name: 'from-the-root', config: () => ({ base: '/' }) }

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node18',
      rolldownOptions: {
        input: { index: resolve('main/desktop/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      outDir: 'out/preload',
      target: 'node18',
      rolldownOptions: {
        input: { index: resolve('preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react(), fromTheRoot],
    build: {
      outDir: resolve('out/renderer'),
      target: 'chrome114',
      rolldownOptions: { input: resolve('renderer/index.html') },
      chunkSizeWarningLimit: 4000,
    },
    worker: { format: 'es' },
  },
})

#!/usr/bin/env node
// Import directions of ARCHITECTURE.md, checked on every static and dynamic import of our sources. Type-only imports count too.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const chain = [
  'shared',
  'tensor',
  'graph',
  'autodiff',
  'inference',
  'attribution',
  'metrics',
  'compute',
  'experiment',
  'api',
]
const upTo = (name) => chain.slice(0, chain.indexOf(name) + 1)
const side = ['statistics', 'segmentation', 'imaging']

/** folder → folders it may import from, itself included. */
const allowed = {
  ...Object.fromEntries(chain.map((name) => [name, upTo(name)])),
  statistics: ['shared', 'tensor', 'statistics'],
  segmentation: ['shared', 'tensor', 'segmentation'],
  imaging: ['shared', 'tensor', 'imaging'],
  project: ['shared', 'project'],
  figures: ['shared', 'tensor', 'metrics', 'statistics', 'figures'],
  preload: ['shared', 'preload'],
  renderer: ['shared', 'renderer'],
}
allowed.attribution.push('statistics', 'segmentation')
allowed.metrics.push('statistics', 'segmentation')
allowed.compute.push(...side)
allowed.experiment.push(...side, 'project', 'figures')
allowed.api.push(...side, 'project', 'figures')
for (const shell of ['cli', 'desktop', 'host']) allowed[shell] = [...chain, ...side, 'project', 'figures', shell]
allowed.cli.push('host')
allowed.desktop = ['shared', 'desktop']

/** package → folders that may import it, and what to do instead. */
const packages = {
  'onnxruntime-node': [['inference'], 'Take the model as a `ModelUnderStudy`.'],
  'better-sqlite3': [['project'], 'Ask a store of main/project.'],
  electron: [['desktop', 'preload'], 'Put the need behind the API, or into the preload surface.'],
  '@kitware/vtk.js': [['renderer/viewer'], 'Use the Viewport of renderer/viewer.'],
}

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) yield* sources(file)
    else if (/\.tsx?$/.test(entry.name)) yield file
  }
}

/** 'graph' for main/graph/read.ts; 'renderer' for renderer/…; undefined for tests and benches, which may import anything. */
function folderOf(relative) {
  const [top, next] = relative.split(path.sep)
  if (top === 'main') return next
  return top === 'preload' || top === 'renderer' ? top : undefined
}

const problems = []
for (const top of ['main', 'preload', 'renderer']) {
  for (const file of sources(path.join(root, top))) {
    const relative = path.relative(root, file)
    const from = folderOf(relative)
    const isTest = /\.test\.tsx?$/.test(file)
    const text = readFileSync(file, 'utf8')
    const pattern =
      /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g
    for (const match of text.matchAll(pattern)) {
      const target = match[3] ?? match[4]
      const typeOnly = match[2] !== undefined
      if (target.startsWith('.')) {
        const to = folderOf(path.relative(root, path.resolve(path.dirname(file), target.split('?')[0])))
        if (to === undefined || isTest) continue
        if (from === 'renderer' && to === 'api' && typeOnly) continue
        if (!(allowed[from] ?? []).includes(to)) {
          problems.push(
            `${relative}: ${from} may not import ${to} (${target}). Move what both need to a folder on the left, or pass it in from the right.`,
          )
        }
      } else {
        for (const [name, [folders, advice]] of Object.entries(packages)) {
          if (target !== name && !target.startsWith(`${name}/`)) continue
          const here = path.relative(path.join(root, top === 'main' ? 'main' : ''), file)
          if (!folders.some((folder) => here.startsWith(folder + path.sep)))
            problems.push(`${relative}: only ${folders.join(', ')} may import ${name}. ${advice}`)
        }
      }
    }
  }
}
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(1)

// Writes the training sets of the demo's networks as .npy files, preprocessed by the very code that applies model cards.
//
//   node resources/demo/export-training.ts FOLDER SET FIRST COUNT
//
// SET is honest, test, flipped or cheating (radiographs, 128×128) or ct-train, ct-test (volumes, 48×64×64). Several processes may
// fill one folder with different ranges; train.py reads them all. Means and standard deviations are left to train.py.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { filmCard, maskCard, scanCard } from '../../main/experiment/demo/cards.ts'
import { type CaseSet, type CtSet, makeCase, makeCtCase } from '../../main/experiment/demo/cases.ts'
import { filmGrid, scanGrid } from '../../main/experiment/demo/grids.ts'
import { preprocess, type StoredVoxels } from '../../main/experiment/preprocess.ts'
import type { Grid } from '../../main/shared/domain/geometry.ts'
import type { ModelCard } from '../../main/shared/domain/model-card.ts'
import { writeNpy } from '../../main/tensor/npy.ts'

interface Phantom {
  readonly grid: Grid
  readonly voxels: StoredVoxels
  readonly noduleMask: Uint8Array
  readonly diseased: boolean
  readonly marked: boolean
}

const [folder, set, firstText, countText] = process.argv.slice(2)
const first = Number(firstText)
const count = Number(countText)

function phantom(n: number): Phantom {
  if (set.startsWith('ct-')) {
    const scan = makeCtCase(set as CtSet, n)
    return {
      grid: scanGrid(scan.dims, scan.spacingMm),
      voxels: scan.hu,
      noduleMask: scan.noduleMask,
      diseased: scan.nodules.length > 0,
      marked: false,
    }
  }
  const film = makeCase(set as CaseSet, n)
  return {
    grid: filmGrid(film.size, film.spacingMm),
    voxels: film.pixels,
    noduleMask: film.noduleMask,
    diseased: film.nodules.length > 0,
    marked: film.marker !== null,
  }
}

function asModelSees(grid: Grid, voxels: StoredVoxels, card: ModelCard): Float32Array {
  return preprocess({ grid, channels: 1, slope: 1, intercept: 0, range: [0, 1] }, voxels, card).tensor.data
}

function exportSet(): void {
  const card = set.startsWith('ct-') ? scanCard : filmCard
  const dims = card.input.size
  const size = dims.reduce((product, d) => product * d, 1)
  const images = new Float32Array(count * size)
  const nodules = new Float32Array(count * size)
  const labels = new Int32Array(count * 2)
  for (let n = 0; n < count; n++) {
    const made = phantom(first + n)
    images.set(asModelSees(made.grid, made.voxels, card), n * size)
    nodules.set(asModelSees(made.grid, made.noduleMask, maskCard(card)), n * size)
    labels.set([made.diseased ? 1 : 0, made.marked ? 1 : 0], n * 2)
    if (n % 50 === 49) process.stderr.write(`${set} ${n + 1}/${count}\n`)
  }
  save('images', images, [count, ...dims])
  save('nodules', nodules, [count, ...dims])
  save('labels', labels, [count, 2])
}

function save(name: string, data: Float32Array | Int32Array, dims: readonly number[]): void {
  const type = data instanceof Int32Array ? 'int32' : 'float32'
  writeFileSync(
    path.join(folder, `${set}-${name}-${String(first).padStart(5, '0')}.npy`),
    writeNpy({ type, dims, data }),
  )
}

mkdirSync(folder, { recursive: true })
exportSet()

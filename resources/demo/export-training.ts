// Writes the training sets of the demo's networks as .npy files, resampled by the code that the cards' preprocessing uses.
//
//   node resources/demo/export-training.ts FOLDER SET FIRST COUNT
//
// SET is honest, test, flipped or cheating (radiographs, 128×128) or ct-train, ct-test (volumes, 48×64×64). Several processes may fill one
// folder with different ranges; train.py reads them all.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type CaseSet, type CtSet, makeCase, makeCtCase } from '../../main/experiment/demo/cases.ts'
import { writeNpy } from '../../main/tensor/npy.ts'
import { resize } from '../../main/tensor/resize.ts'

const [folder, set, firstText, countText] = process.argv.slice(2)
const first = Number(firstText)
const count = Number(countText)

/** Radiographs: the card's window [0, 4095] → [0, 1]; mean and standard deviation are left to the network's training script. */
function exportRadiographs(set: CaseSet): void {
  const side = 128
  const images = new Float32Array(count * side * side)
  const nodules = new Float32Array(count * side * side)
  const labels = new Int32Array(count * 2)
  const shrink = (values: ArrayLike<number>) =>
    resize(Float32Array.from(values), [512, 512], [side, side], { interpolation: 'linear', antialias: true })
  for (let n = 0; n < count; n++) {
    const film = makeCase(set, first + n)
    images.set(
      shrink(film.pixels).map((v) => Math.min(1, Math.max(0, v / 4095))),
      n * side * side,
    )
    nodules.set(shrink(film.noduleMask), n * side * side)
    labels.set([film.nodules.length > 0 ? 1 : 0, film.marker ? 1 : 0], n * 2)
    if (n % 100 === 99) process.stderr.write(`${set} ${n + 1}/${count}\n`)
  }
  save('images', images, [count, side, side])
  save('nodules', nodules, [count, side, side])
  save('labels', labels, [count, 2])
}

/** Volumes: the card's range [−1000, 400] HU → [0, 1], tensor axes to the head, back and left, as the voxels lie. */
function exportVolumes(set: CtSet): void {
  const dims = [48, 64, 64]
  const size = dims[0] * dims[1] * dims[2]
  const images = new Float32Array(count * size)
  const labels = new Int32Array(count * 2)
  for (let n = 0; n < count; n++) {
    const scan = makeCtCase(set, first + n)
    const small = resize(Float32Array.from(scan.hu), [96, 192, 192], dims, { interpolation: 'linear', antialias: true })
    images.set(
      small.map((hu) => Math.min(1, Math.max(0, (hu + 1000) / 1400))),
      n * size,
    )
    labels[n * 2] = scan.nodules.length > 0 ? 1 : 0
    if (n % 20 === 19) process.stderr.write(`${set} ${n + 1}/${count}\n`)
  }
  save('images', images, [count, ...dims])
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
if (set.startsWith('ct-')) exportVolumes(set as CtSet)
else exportRadiographs(set as CaseSet)

import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { figureRecipeSchema } from '../shared/domain/figure.ts'
import type { SaliencyMap } from '../shared/domain/map.ts'
import type { Volume } from '../shared/domain/study.ts'
import { arrayField, type FigureData, segmentField, voxelField } from './figure-data.ts'
import { methodPanels } from './method-panels.ts'
import { writePdf } from './write-pdf.ts'
import { writePng } from './write-png.ts'
import { writeSvg } from './write-svg.ts'

const dims: [number, number, number] = [40, 30, 10]
const affine = [2, 0, 0, -40, 0, 2, 0, -30, 0, 0, 5, 0, 0, 0, 0, 1]
const grid = { dims, affine, physical: true, oriented: true }

function exampleData(): FigureData {
  const voxels = new Int16Array(dims[0] * dims[1] * dims[2]).map((_, n) => (n % 40) * 20 - 400)
  const volume = {
    id: 'v',
    grid,
    channels: 1,
    slope: 1,
    intercept: 0,
    windows: [{ width: 800, level: 0, name: '' }],
    findings: [{ code: 'x', outcome: 'warned', message: 'Two slices are missing.' }],
    modality: 'CT',
  } as unknown as Volume
  const values = new Float32Array(voxels.length)
  values[20 + 40 * (15 + 30 * 5)] = 2
  const labels = new Uint8Array(voxels.length)
  for (let j = 12; j < 18; j++) for (let i = 17; i < 23; i++) labels[i + 40 * (j + 30 * 5)] = 3
  const map = {
    key: 'm',
    method: 'gradient',
    modelId: 'net',
    parameters: { steps: 50 },
    layer: null,
    seed: 0,
    target: { index: 1, output: 'logit', negate: false },
    statistics: { min: 0, max: 2, p01: 0, p99: 2, p99abs: 2, signed: false, flat: false },
    warnings: [],
    provenance: { engineVersion: '1', ortVersion: '1.30.0', provider: 'cpu' },
  } as unknown as SaliencyMap
  return {
    images: new Map([['v', { caseCode: 'LN-0142', volume, channels: [voxelField(volume, voxels)] }]]),
    maps: new Map([['m', { map, grid, field: arrayField(dims, values), targetName: 'nodule' }]]),
    masks: new Map([
      ['k 1 3', { grid, field: segmentField(dims, labels, 3), segmentName: 'Nodule', colour: '#56b4e9', reader: 'R1' }],
    ]),
    modelNames: new Map([['net', 'resnet, seed 2']]),
    methodTitles: new Map([['gradient', 'Gradient']]),
  }
}

const recipe = figureRecipeSchema.parse({
  rows: [
    {
      volumeId: 'v',
      plane: 'axial',
      centre: [0, 0, 25],
      fieldMm: null,
      window: null,
      mask: { maskId: 'k', version: 1, segment: 3 },
    },
  ],
  columns: [{ title: 'Image' }, { title: 'Gradient', note: 'target nodule', maps: { v: 'm' } }],
  page: { widthMm: 100 },
})

describe('figure of methods', () => {
  it('writes every piece of furniture and a caption with settings and warnings, and no name of a patient', async () => {
    const page = await methodPanels(recipe, exampleData(), 150)
    const svg = writeSvg(page, 'live')
    for (const words of ['LN-0142', 'a  Image', 'b  Gradient', '>R<', '>L<', '20 mm', 'score per position'])
      expect(svg).toContain(words)
    expect(page.caption).toBe(
      'Maps for resnet, seed 2, class nodule, logit. Gradient: steps 50. One range for all panels. Below 15 % of the range transparent; linear sampling; channels merged by sum. Outline: Nodule, R1. Seed 0; engine 1, ONNX Runtime 1.30.0, cpu. LN-0142: Two slices are missing.',
    )
    expect(svg.match(/stroke="#56b4e9"/g)?.length).toBe(2)
  })

  it('names a warning once with all its cases, breaks long titles, and tells what maps are divided by', async () => {
    const data = exampleData()
    const first = data.images.get('v')
    if (first === undefined) throw new Error('The example lost its image.')
    const images = new Map([
      ['v', first],
      ['w', { ...first, caseCode: 'LN-0157' }],
    ])
    const rows = ['v', 'w'].map((volumeId) => ({ ...recipe.rows[0], volumeId }))
    const columns = [{ title: 'Gradient of a very long name indeed', note: '', maps: { v: 'm' } }, ...recipe.columns]
    const two = { ...recipe, rows, columns, normalisation: 'maximum' as const }
    const page = await methodPanels(two, { ...data, images }, 100)
    expect(page.caption).toContain('LN-0142, LN-0157: Two slices are missing.')
    expect(page.caption).toContain('Each map divided by its largest magnitude; one range for all panels.')
    const titles = page.marks.filter((mark) => mark.kind === 'text' && mark.weight === 'bold')
    expect(titles.length).toBeGreaterThan(columns.length)
    expect(page.marks.some((mark) => mark.kind === 'text' && mark.text === 'share of each map’s maximum')).toBe(true)
  })

  it('says against how many reference cases a map was made, and against which', async () => {
    const data = exampleData()
    const made = data.maps.get('m')
    if (made === undefined) throw new Error('The example lost its map.')
    const captionFor = async (count: number) => {
      const references = Array.from({ length: count }, (_, n) => ({
        ...{ volumeId: `r${n}`, code: `TR-${n + 1}`, name: 'CT', split: 'train' as const, sha256: `${n}` },
      }))
      const parameters = { samples: 100, references: { array: [count, 1, 8, 8] } }
      const maps = new Map([['m', { ...made, map: { ...made.map, parameters, references } }]])
      return (await methodPanels(recipe, { ...data, maps }, 100)).caption
    }
    expect(await captionFor(2)).toContain('Gradient: samples 100, 2 reference cases (TR-1, TR-2).')
    expect(await captionFor(23)).toMatch(/, 23 reference cases \(TR-1, .*, TR-20 and 3 more\)\./)
  })

  it('draws the map where it lies, at the panel’s own pixels', async () => {
    const page = await methodPanels(recipe, exampleData(), 150)
    const pictures = page.marks.filter((mark) => mark.kind === 'image')
    const read = async (n: number) => sharp(pictures[n].png).raw().toBuffer({ resolveWithObject: true })
    const [plain, overlaid] = [await read(0), await read(1)]
    expect(overlaid.info.width).toBe(Math.round((pictures[1].width / 25.4) * 150))
    const changed: [number, number][] = []
    for (let p = 0; p < overlaid.info.width * overlaid.info.height; p++) {
      if (overlaid.data[3 * p] !== plain.data[3 * p])
        changed.push([p % overlaid.info.width, Math.floor(p / overlaid.info.width)])
    }
    const centre = changed.reduce(([x, y], [px, py]) => [x + px / changed.length, y + py / changed.length], [0, 0])
    // Voxel 20 of 40 and 15 of 30: its centre lies at (20.5 / 40, 15.5 / 30) of the panel.
    expect(centre[0] / overlaid.info.width).toBeCloseTo(20.5 / 40, 2)
    expect(centre[1] / overlaid.info.height).toBeCloseTo(15.5 / 30, 1)
  })

  it('gives the same bytes for the same recipe, states the resolution, and embeds nothing but the title in the PDF', async () => {
    const [one, two] = [await methodPanels(recipe, exampleData(), 150), await methodPanels(recipe, exampleData(), 150)]
    expect(writeSvg(one, 'outlines')).toBe(writeSvg(two, 'outlines'))
    const png = await writePng(one, 300)
    const { width, density } = await sharp(png).metadata()
    expect(width).toBe(Math.round((100 / 25.4) * 300))
    expect(density).toBe(300)
    const pdf = Buffer.from(await writePdf(one, 'Figure 1', new Date(0))).toString('latin1')
    expect(pdf.startsWith('%PDF')).toBe(true)
    expect(pdf).toMatch(/\/Title \d+ 0 R/)
    expect(pdf).not.toContain('/Author')
  })

  it('says "No signal" on a flat map instead of a bright frame', async () => {
    const data = exampleData()
    const flat = data.maps.get('m')
    if (flat) Object.assign(flat.map, { statistics: { ...flat.map.statistics, flat: true } })
    expect(writeSvg(await methodPanels(recipe, data, 100), 'live')).toContain('No signal')
  })
})

import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Grid } from '../shared/domain/geometry.ts'
import { niftiOfMask } from '../shared/geometry/nifti-mask.ts'
import type { ApiDeps } from './deps.ts'
import { maskRoutes } from './masks.ts'

const grid: Grid = {
  dims: [3, 2, 4],
  affine: [0.5, 0, 0, -10, 0, 0.7, 0, 20, 0, 0, 3, -30, 0, 0, 0, 1],
  physical: true,
  oriented: true,
}
const versions: Record<string, Uint8Array> = { 1: new Uint8Array(24).fill(1), now: new Uint8Array(24).fill(2) }

function routes() {
  const masks = {
    get: (id: string) => ({ id, volumeId: 'v' }),
    voxels: async (_id: string, version?: number) => versions[version ?? 'now'],
  }
  const workbench = { project: { masks, volumes: { get: () => ({ grid }) } } }
  return maskRoutes({ workbench } as unknown as ApiDeps)
}

describe('the export of a mask', () => {
  for (const [name, query] of [
    ['now', ''],
    ['1', '?version=1'],
  ])
    it(`is the NIfTI file of its voxels, version ${name}`, async () => {
      const answer = await routes().request(`/m/export${query}`)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-disposition')).toContain('mask-m.nii.gz')
      const file = gunzipSync(Buffer.from(await answer.arrayBuffer()))
      expect(new Uint8Array(file)).toEqual(niftiOfMask(versions[name], grid))
    })
})

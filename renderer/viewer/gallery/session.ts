import { showMap } from '../actions.ts'
import { CaseSession } from '../case-session.ts'
import { VolumeSource } from '../volume/volume-source.ts'
import { splitVoxels, thoraxMap, thoraxMask, thoraxVolume } from './thorax.ts'

/** A case made of drawn data, without a workstation behind it: strokes are acknowledged by this very page. */
export function gallerySession(size: 'small' | 'large'): CaseSession {
  const { volume, data } =
    size === 'large'
      ? splitVoxels(thoraxVolume([256, 256, 75], [1.4, 1.4, 4]))
      : thoraxVolume([256, 256, 112], [1.4, 1.4, 2.5])
  const api = () => Promise.resolve(new Response('{}', { headers: { 'content-type': 'application/json' } }))
  const session = new CaseSession(api, VolumeSource.ofVoxels(volume, data))
  const maps = [
    thoraxMap('a', 'integrated-gradients', 1),
    thoraxMap('b', 'smoothgrad', 1.6),
    thoraxMap('c', 'input-x-gradient', 0.8, true),
    thoraxMap('d', 'deconvolution', 1),
  ]
  maps[3].data.fill(0)
  maps[3].map = { ...maps[3].map, statistics: { min: 0, max: 0, p01: 0, p99: 0, p99abs: 0, signed: false, flat: true } }
  session.setMapRecords(maps.map((m) => m.map))
  for (const { map, data: values } of maps) session.addMap(map, values)
  const { mask, data: voxels } = thoraxMask(volume.grid)
  session.addMask(mask, voxels)
  session.store.setState({ activeMask: 'mask' })
  showMap(session.store, 'a')
  return session
}

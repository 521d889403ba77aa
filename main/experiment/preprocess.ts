export { type ModelInput, preprocess, type SourceImage } from '../imaging/preprocess/preprocess.ts'
export type { StoredVoxels } from '../imaging/preprocess/resample.ts'

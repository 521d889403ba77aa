/** What kind of thing a dialog offers; decides its title and filters in the shell. */
export type PickKind = 'images' | 'masks' | 'model' | 'project' | 'table'
export type SaveKind = 'project' | 'figure' | 'table' | 'mask'

/** An opaque name for a real path the user chose; only the workstation process knows the path. */
export interface Handle {
  readonly handle: string
  /** Last part of the path, to show. */
  readonly name: string
}

/** The few functions a web page cannot have. Complete: a test fails on any addition. */
export interface PreloadSurface {
  readonly platform: string
  pickFiles(kind: PickKind): Promise<Handle[]>
  pickFolder(kind: PickKind): Promise<Handle[]>
  pickSaveTarget(kind: SaveKind, suggestedName: string): Promise<Handle | null>
  handleOfDropped(files: File[]): Promise<Handle[]>
}

export const CHANNELS = {
  pickFiles: 'pick-files',
  pickFolder: 'pick-folder',
  pickSaveTarget: 'pick-save-target',
  dropped: 'dropped',
} as const

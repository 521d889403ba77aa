/** The part of dcmjs that is used here (the package brings no types). */
declare module 'dcmjs' {
  export interface DicomElement {
    vr: string
    Value: unknown[]
  }
  export interface DictionaryEntry {
    tag: string
    vr: string
    vm: string
    name: string
  }
  class DicomDict {
    constructor(meta: Record<string, DicomElement>)
    meta: Record<string, DicomElement>
    dict: Record<string, DicomElement>
    write(options?: { allowInvalidVRLength?: boolean; fragmentMultiframe?: boolean }): ArrayBuffer
  }
  const dcmjs: {
    data: {
      DicomDict: typeof DicomDict
      DicomMetaDictionary: {
        dictionary: Record<string, DictionaryEntry | undefined>
        nameMap: Record<string, DictionaryEntry | undefined>
        denaturalizeDataset(dataset: Record<string, unknown>): Record<string, DicomElement>
        naturalizeDataset(dataset: Record<string, DicomElement>): Record<string, unknown>
      }
      DicomMessage: { readFile(buffer: ArrayBuffer, options?: Record<string, unknown>): DicomDict }
    }
    log: { setLevel(level: string | number): void }
  }
  export default dcmjs
}

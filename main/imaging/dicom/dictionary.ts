import dcmjs from 'dcmjs'

// Header values must never reach a console or a log file.
dcmjs.log.setLevel('silent')

const vrByTag = new Map<number, string>()

/** Tag as one number: group · 65 536 + element. */
export type Tag = number

/** Value representation the standard's dictionary gives a tag, 'UN' when it does not know it; 'xs' and 'ox' depend on other elements. */
export function dictionaryVr(tag: Tag): string {
  const known = vrByTag.get(tag)
  if (known !== undefined) return known
  const vr = lookUp(tag)
  vrByTag.set(tag, vr)
  return vr
}

function lookUp(tag: Tag): string {
  const element = tag & 0xffff
  const group = tag >>> 16
  if (element === 0) return 'UL'
  if (group & 1) return element >= 0x10 && element <= 0xff ? 'LO' : 'UN'
  const entry = dcmjs.data.DicomMetaDictionary.dictionary[tagText(tag)]
  return entry?.vr ?? (group >= 0x6000 && group <= 0x601e ? overlayVr(element) : 'UN')
}

function overlayVr(element: number): string {
  if (element === 0x3000) return 'OW'
  return element === 0x0050 ? 'SS' : 'US'
}

/** '(0028,0010)'. */
export function tagText(tag: Tag): string {
  const hex = (tag >>> 0).toString(16).padStart(8, '0').toUpperCase()
  return `(${hex.slice(0, 4)},${hex.slice(4)})`
}

/** Keyword of a tag, or the tag itself where the dictionary has none. */
export function keywordOf(tag: Tag): string {
  return dcmjs.data.DicomMetaDictionary.dictionary[tagText(tag)]?.name ?? tagText(tag)
}

/** The tags the program reads, by their keywords. */
export const tags = {
  MediaStorageSOPClassUID: 0x00020002,
  MediaStorageSOPInstanceUID: 0x00020003,
  TransferSyntaxUID: 0x00020010,
  SpecificCharacterSet: 0x00080005,
  ImageType: 0x00080008,
  SOPClassUID: 0x00080016,
  SOPInstanceUID: 0x00080018,
  StudyDate: 0x00080020,
  ContentDate: 0x00080023,
  AcquisitionTime: 0x00080032,
  Modality: 0x00080060,
  StudyDescription: 0x00081030,
  SeriesDescription: 0x0008103e,
  ReferencedSeriesSequence: 0x00081115,
  PatientName: 0x00100010,
  PatientID: 0x00100020,
  SliceThickness: 0x00180050,
  TriggerTime: 0x00181060,
  GantryDetectorTilt: 0x00181120,
  ImagerPixelSpacing: 0x00181164,
  NominalScannedPixelSpacing: 0x00182010,
  EchoTime: 0x00180081,
  EchoNumbers: 0x00180086,
  DiffusionBValue: 0x00189087,
  StudyInstanceUID: 0x0020000d,
  SeriesInstanceUID: 0x0020000e,
  SeriesNumber: 0x00200011,
  AcquisitionNumber: 0x00200012,
  InstanceNumber: 0x00200013,
  ImagePositionPatient: 0x00200032,
  ImageOrientationPatient: 0x00200037,
  FrameOfReferenceUID: 0x00200052,
  TemporalPositionIdentifier: 0x00200100,
  StackID: 0x00209056,
  InStackPositionNumber: 0x00209057,
  TemporalPositionIndex: 0x00209128,
  FrameContentSequence: 0x00209111,
  PlanePositionSequence: 0x00209113,
  PlaneOrientationSequence: 0x00209116,
  SamplesPerPixel: 0x00280002,
  PhotometricInterpretation: 0x00280004,
  PlanarConfiguration: 0x00280006,
  NumberOfFrames: 0x00280008,
  Rows: 0x00280010,
  Columns: 0x00280011,
  PixelSpacing: 0x00280030,
  BitsAllocated: 0x00280100,
  BitsStored: 0x00280101,
  HighBit: 0x00280102,
  PixelRepresentation: 0x00280103,
  PixelPaddingValue: 0x00280120,
  PixelPaddingRangeLimit: 0x00280121,
  BurnedInAnnotation: 0x00280301,
  WindowCenter: 0x00281050,
  WindowWidth: 0x00281051,
  RescaleIntercept: 0x00281052,
  RescaleSlope: 0x00281053,
  RescaleType: 0x00281054,
  WindowExplanation: 0x00281055,
  RedPaletteDescriptor: 0x00281101,
  GreenPaletteDescriptor: 0x00281102,
  BluePaletteDescriptor: 0x00281103,
  RedPalette: 0x00281201,
  GreenPalette: 0x00281202,
  BluePalette: 0x00281203,
  LossyImageCompression: 0x00282110,
  ModalityLutSequence: 0x00283000,
  LutDescriptor: 0x00283002,
  LutData: 0x00283006,
  VoiLutSequence: 0x00283010,
  PixelMeasuresSequence: 0x00289110,
  FrameVoiLutSequence: 0x00289132,
  PixelValueTransformationSequence: 0x00289145,
  DoseGridScaling: 0x3004000e,
  GridFrameOffsetVector: 0x3004000c,
  SegmentSequence: 0x00620002,
  SegmentationType: 0x00620001,
  MaximumFractionalValue: 0x0062000e,
  SegmentNumber: 0x00620004,
  SegmentLabel: 0x00620005,
  SegmentIdentificationSequence: 0x0062000a,
  ReferencedSegmentNumber: 0x0062000b,
  DirectoryRecordSequence: 0x00041220,
  SharedFunctionalGroupsSequence: 0x52009229,
  PerFrameFunctionalGroupsSequence: 0x52009230,
  ExtendedOffsetTable: 0x7fe00001,
  FloatPixelData: 0x7fe00008,
  DoubleFloatPixelData: 0x7fe00009,
  PixelData: 0x7fe00010,
} as const

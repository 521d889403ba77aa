/** Error codes of `imaging`: code → one paragraph with cause and cure. The short ones are the ids of the bad-input tables. */
export const imagingErrors = {
  D1: 'A file that was offered as DICOM holds something else: a web page, an archive, a picture. The type is read from the bytes, not from the name. Save the file again from its source.',
  D2: 'A DICOM file has no preamble or no “DICM” mark. It was read by its content; if its geometry or values look wrong, export it again.',
  D3: 'The header of a DICOM file does not say how the rest is encoded, or is cut off. Pixels are never guessed, so the file is left out unless the encoding is beyond doubt. Export it again.',
  D4: 'A DICOM file declares one encoding and holds another. Decoding it would show wrong pixels, so it is left out. Export it again from the archive.',
  D5: 'A file ends before its data does, usually after a broken copy. Missing pixels are never filled with zeros. Copy the file again.',
  D6: 'An element of a DICOM file claims more bytes than the file has. Nothing was allocated for it. The file is damaged or hostile; get it again from its source.',
  D7: 'Sequences of a DICOM file are nested too deep, have too many items or have no end. The file is damaged or hostile; get it again from its source.',
  D9: 'A DICOM file uses an unknown value representation. The element was skipped by its length; everything else was read.',
  D10: 'A DICOM file repeats an element or has elements out of order. The first value is used.',
  D11: 'A number that the pixels depend on is written as something that is not a number. The file is left out.',
  D12: 'A picture has no size, a size of zero, or a size above the limit. It is refused before anything is allocated.',
  D13: 'The bits of a pixel are described in a way that cannot be: more stored than allocated, or a width no decoder knows. The file is left out.',
  D14: 'The pixel data of a DICOM file is shorter than its size asks for. Missing pixels are never invented; the file is left out.',
  D15: 'The number of frames a DICOM file states does not agree with what it holds. The file is left out.',
  D16: 'The colours of a DICOM picture are described in a way that contradicts itself. The file is left out.',
  D22: 'The fragments of a compressed multi-frame file cannot be assigned to frames. The file is left out rather than shown in wrong order.',
  D23: 'A compressed file would inflate far beyond the size it declares. It was stopped at the limit.',
  D24: 'A compressed picture is not what the DICOM header says, or is damaged. It is checked before it is decoded, so a false size costs no memory.',
  D40: 'The object holds no picture that can be analysed (a report, a plan, a waveform, a document). It is listed, and left out of analysis.',
  'imaging.transfer-syntax':
    'The pixels are compressed in a way the program does not decode; the message names it. Convert the series to an uncompressed or JPEG 2000 transfer syntax with the archive’s tools and import it again.',
  'imaging.write-geometry':
    'A volume was to be written as a DICOM series, but its voxels and its grid do not fit together, or its axes are not perpendicular. Resample it to a rectangular grid and write it again.',
} as const

import PDFDocument from 'pdfkit'
import { type Drawing, type Mark, MM_PER_POINT } from './drawing.ts'
import { fontBytes, textOutline, textWidthMm } from './typeface.ts'

const points = (mm: number) => mm / MM_PER_POINT

/** The page as PDF: text stays text with an embedded face, panels are pictures at their own resolution. The only metadata is the title given. */
export function writePdf(drawing: Drawing, title: string, createdAt: Date): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const document = new PDFDocument({
      size: [points(drawing.widthMm), points(drawing.heightMm)],
      margin: 0,
      info: { Title: title, Creator: 'Saliscope', Producer: 'Saliscope', CreationDate: createdAt },
    })
    const chunks: Uint8Array[] = []
    document.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    document.on('end', () => resolve(Buffer.concat(chunks)))
    document.on('error', reject)
    for (const weight of ['regular', 'medium', 'bold'] as const) document.registerFont(weight, fontBytes(weight))
    document.scale(1 / MM_PER_POINT)
    document.rect(0, 0, drawing.widthMm, drawing.heightMm).fill(drawing.background)
    for (const mark of drawing.marks) draw(document, mark)
    document.end()
  })
}

function draw(document: PDFKit.PDFDocument, mark: Mark): void {
  switch (mark.kind) {
    case 'rect':
      if (mark.fill !== null)
        document
          .rect(mark.x, mark.y, mark.width, mark.height)
          .fillOpacity(mark.opacity ?? 1)
          .fill(mark.fill)
          .fillOpacity(1)
      return
    case 'path':
      document.lineWidth(mark.strokeMm).lineJoin('round').lineCap('round')
      document.path(mark.d)
      if (mark.fill !== null && mark.stroke !== null) document.fillAndStroke(mark.fill, mark.stroke)
      else if (mark.fill !== null) document.fill(mark.fill)
      else if (mark.stroke !== null) document.stroke(mark.stroke)
      return
    case 'image':
      document.image(Buffer.from(mark.png), mark.x, mark.y, { width: mark.width, height: mark.height })
      return
    case 'text': {
      if (mark.halo !== undefined)
        document
          .path(textOutline(mark))
          .lineJoin('round')
          .lineWidth(mark.sizeMm * 0.18)
          .stroke(mark.halo)
      const width = textWidthMm(mark.text, mark.sizeMm, mark.weight)
      const x = mark.anchor === 'start' ? mark.x : mark.anchor === 'middle' ? mark.x - width / 2 : mark.x - width
      document
        .font(mark.weight, mark.sizeMm)
        .fillColor(mark.fill)
        .text(mark.text, x, mark.y, { lineBreak: false, baseline: 'alphabetic' })
    }
  }
}

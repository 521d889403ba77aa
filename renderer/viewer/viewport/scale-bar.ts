/** Length of a scale bar: 1, 2 or 5 times a power of ten in mm, the longest that fits into `maximumPixels`. */
export function scaleBar(mmPerPixel: number, maximumPixels: number): { mm: number; pixels: number } {
  const longest = mmPerPixel * maximumPixels
  const power = 10 ** Math.floor(Math.log10(longest))
  const mm = [5, 2, 1].map((m) => m * power).find((v) => v <= longest * (1 + 1e-9)) ?? power
  return { mm, pixels: mm / mmPerPixel }
}

/** "50 mm", "0.5 mm", "10 cm" from 100 mm on only where it stays whole. */
export function scaleBarText(mm: number): string {
  return mm >= 1 ? `${mm} mm` : `${Number(mm.toPrecision(1))} mm`
}

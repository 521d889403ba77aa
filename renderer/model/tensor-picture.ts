import type { ModelCard } from '../../main/shared/domain/model-card.ts'

export interface GreyPlane {
  readonly width: number
  readonly height: number
  readonly values: Float32Array
}

/**
 * First channel and, of a volume, the middle slice of a model's input tensor.
 *
 * shape  [N, C, H, W], [N, C, D, H, W] or channels last, as `layout` says
 */
export function middlePlane(
  data: ArrayLike<number>,
  shape: readonly number[],
  layout: ModelCard['input']['layout'],
): GreyPlane {
  const last = layout === 'NHWC' || layout === 'NDHWC'
  const spatial = last ? shape.slice(1, -1) : shape.slice(2)
  const channels = last ? shape[shape.length - 1] : shape[1]
  const [height, width] = spatial.slice(-2)
  const depth = spatial.length === 3 ? spatial[0] : 1
  const start = Math.floor(depth / 2) * height * width
  const stride = last ? channels : 1
  const values = new Float32Array(height * width)
  for (let p = 0; p < values.length; p++) values[p] = data[(start + p) * stride]
  return { width, height, values }
}

/** Draws a plane from its lowest (black) to its highest value (white). */
export function paintGrey(canvas: HTMLCanvasElement, plane: GreyPlane): void {
  canvas.width = plane.width
  canvas.height = plane.height
  const context = canvas.getContext('2d')
  if (context === null) return
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const v of plane.values) {
    if (v < low) low = v
    if (v > high) high = v
  }
  const scale = high > low ? 255 / (high - low) : 0
  const image = context.createImageData(plane.width, plane.height)
  plane.values.forEach((v, p) => {
    image.data[4 * p] = image.data[4 * p + 1] = image.data[4 * p + 2] = (v - low) * scale
    image.data[4 * p + 3] = 255
  })
  context.putImageData(image, 0, 0)
}

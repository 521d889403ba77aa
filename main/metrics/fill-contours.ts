/** Labels of connected background or foreground pieces of one slice, by flood fill. */
function pieces(
  marked: Uint8Array,
  height: number,
  width: number,
  value: number,
  diagonal: boolean,
): { label: Int32Array; sizes: number[]; touchesBorder: boolean[] } {
  const label = new Int32Array(marked.length).fill(-1)
  const sizes: number[] = []
  const touchesBorder: boolean[] = []
  const stack: number[] = []
  for (let start = 0; start < marked.length; start++) {
    if (marked[start] !== value || label[start] >= 0) continue
    const id = sizes.length
    sizes.push(0)
    touchesBorder.push(false)
    label[start] = id
    stack.push(start)
    while (stack.length > 0) {
      const at = stack.pop() as number
      const r = Math.floor(at / width)
      const c = at % width
      sizes[id]++
      if (r === 0 || c === 0 || r === height - 1 || c === width - 1) touchesBorder[id] = true
      for (let dr = -1; dr <= 1; dr++) {
        for (let dc = -1; dc <= 1; dc++) {
          if ((dr === 0 && dc === 0) || (!diagonal && dr !== 0 && dc !== 0)) continue
          const rr = r + dr
          const cc = c + dc
          if (rr < 0 || cc < 0 || rr >= height || cc >= width) continue
          const next = rr * width + cc
          if (marked[next] !== value || label[next] >= 0) continue
          label[next] = id
          stack.push(next)
        }
      }
    }
  }
  return { label, sizes, touchesBorder }
}

function fillSlice(marked: Uint8Array, height: number, width: number): void {
  const front = pieces(marked, height, width, 1, true)
  for (let i = 0; i < marked.length; i++) if (marked[i] === 1 && front.sizes[front.label[i]] === 1) marked[i] = 0
  const back = pieces(marked, height, width, 0, false)
  for (let i = 0; i < marked.length; i++) if (marked[i] === 0 && !back.touchesBorder[back.label[i]]) marked[i] = 1
}

/**
 * Traces the outer contours of a set and fills them: 8-connected pieces of one position vanish, the 4-connected holes of
 * the others close. Volumes are filled slice by slice along the first axis; a line is left as it is, less its single positions.
 *
 * Equivalent to OpenCV's findContours, contours of one point dropped, drawContours filled.
 */
export function fillContours(marked: Uint8Array, dims: readonly number[]): Uint8Array {
  const out = marked.slice()
  const width = dims[dims.length - 1]
  const height = dims.length > 1 ? dims[dims.length - 2] : 1
  for (let at = 0; at < out.length; at += width * height)
    fillSlice(out.subarray(at, at + width * height), height, width)
  return out
}

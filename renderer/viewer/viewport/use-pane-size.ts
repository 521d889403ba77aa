import { type RefObject, useEffect, useState } from 'react'
import type { PaneSize } from './view-input.ts'

/** Size of an element in CSS pixels and the window's pixel ratio, kept up to date. */
export function usePaneSize(element: RefObject<HTMLElement | null>): PaneSize {
  const [size, setSize] = useState<PaneSize>({ width: 0, height: 0, devicePixelRatio: 1 })
  useEffect(() => {
    const node = element.current
    if (!node) return
    const read = () =>
      setSize({ width: node.clientWidth, height: node.clientHeight, devicePixelRatio: window.devicePixelRatio || 1 })
    const observer = new ResizeObserver(read)
    observer.observe(node)
    // The ratio changes when the window moves to another screen; its media query then no longer matches.
    let query: MediaQueryList
    const watchRatio = () => {
      query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`)
      query.addEventListener('change', onRatio, { once: true })
    }
    const onRatio = () => {
      read()
      watchRatio()
    }
    watchRatio()
    read()
    return () => {
      observer.disconnect()
      query.removeEventListener('change', onRatio)
    }
  }, [element])
  return size
}

import type { DragEvent } from 'react'
import { useNavigate } from 'react-router'
import { create } from 'zustand'
import { useSession } from '../app/session.ts'
import { isDesktop } from '../app/shell.ts'
import { droppedFiles } from './dropped-files.ts'

interface WindowDrop {
  /** Files dropped somewhere in the window, until the import screen takes them. */
  readonly files: Promise<File[]> | null
  /** Something was dropped while no project was open. */
  readonly refused: boolean
}

export const useWindowDrop = create<WindowDrop>(() => ({ files: null, refused: false }))

/** What a drop anywhere in the window does: to the import screen of the open project, or a word that one is needed. */
export function useDropAnywhere() {
  const navigate = useNavigate()
  const open = useSession().data?.project != null
  return {
    onDragOver: (event: DragEvent) => {
      if (event.dataTransfer.types.includes('Files')) event.preventDefault()
    },
    onDrop: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes('Files')) return
      event.preventDefault()
      if (!open) {
        useWindowDrop.setState({ refused: true })
        navigate('/')
        return
      }
      const { files, items } = event.dataTransfer
      useWindowDrop.setState({
        files: isDesktop ? Promise.resolve([...files]) : droppedFiles(items),
        refused: false,
      })
      navigate('/import')
    },
  }
}

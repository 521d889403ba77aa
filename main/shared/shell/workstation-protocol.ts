/**
 * Messages between the desktop shell and the workstation process, over the private channel of the child process (Node's
 * IPC). The token travels here and never by argv or environment.
 */
export type ToWorkstation =
  | {
      readonly kind: 'start'
      /** 256 random bits in hex; wanted on every request. */
      readonly token: string
      /** Unix socket path, or Windows pipe name, the process must listen on. */
      readonly socket: string
      /** Folder of the program's own state: recent projects, uploads, logs. */
      readonly userData: string
    }
  /** "Handle h means this real path": chosen in a dialog or dropped on the window. */
  | { readonly kind: 'grant'; readonly handle: string; readonly path: string; readonly mode: 'read' | 'write' }
  | { readonly kind: 'close' }

export type FromWorkstation =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'closed' }

import { Button } from '@mantine/core'
import { Component, type ErrorInfo, type ReactNode } from 'react'
import { Notice } from '../ui/Notice.tsx'

interface Props {
  /** Another screen is another attempt. */
  readonly place: string
  readonly children: ReactNode
}

interface State {
  readonly failed: { readonly error: Error; readonly place: string } | null
}

/** A screen that fails leaves the frame and every other screen usable, and says what happened; an empty window says nothing. */
export class ScreenBoundary extends Component<Props, State> {
  override state: State = { failed: null }

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { failed: { error: error instanceof Error ? error : new Error(String(error)), place: '' } }
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    this.setState({ failed: { error, place: this.props.place } })
    console.error(error, info.componentStack)
  }

  override componentDidUpdate(): void {
    const { failed } = this.state
    if (failed !== null && failed.place !== '' && failed.place !== this.props.place) this.setState({ failed: null })
  }

  override render(): ReactNode {
    const { failed } = this.state
    if (failed === null) return this.props.children
    return (
      <Notice
        kind="error"
        title="This screen failed."
        actions={<Button onClick={() => this.setState({ failed: null })}>Show it again</Button>}
      >
        Nothing saved is lost. The other screens go on working. Reason: {failed.error.message}
      </Notice>
    )
  }
}

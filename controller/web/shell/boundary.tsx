import { Component, type ReactNode } from 'react';
import { Problem } from '../parts/answers.tsx';

/** Properties of `Boundary`. */
export interface BoundaryProps {
  readonly children: ReactNode;
}

/** Keeps a fault of one page from taking all else away: it is shown in the place of the page. */
export class Boundary extends Component<BoundaryProps, { readonly error: Error | undefined }> {
  override readonly state: { readonly error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: Error): { readonly error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <Problem
        error={new Error(`This page has a fault and cannot be shown: ${error.message}`)}
        retry={() => this.setState({ error: undefined })}
      />
    );
  }
}

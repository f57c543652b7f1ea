//! A provider's colour in the place of ours. It was checked behind the window: people can read it.
import type { OperatorView } from '../../ipc/bindings';

const ROLES = ['--accent', '--accent-hover', '--accent-ink'];

export function wear(operator: OperatorView | null, dark: boolean): void {
  const accent = dark ? operator?.accent_dark : operator?.accent;
  const style = document.documentElement.style;
  ROLES.forEach((role, at) => {
    const colour = accent?.[at];
    if (colour) style.setProperty(role, colour);
    else style.removeProperty(role);
  });
}

//! Texts that were typed for settings of one gateway and are not in its draft: on their way there,
//! refused, or left in the middle. They outlive the field and the table they were typed into, and
//! the program; those of secrets end with the window.
import { SvelteMap } from 'svelte/reactivity';
import type { Failure } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { Typing } from './typing';

/** A setting that is typed into: where it is, what people call it, whether nobody may see it. */
export interface Place {
  upnpPath: string;
  path: string;
  secret: boolean;
}

export interface OpenText extends Place {
  text: string;
  /** Why the draft did not take it. */
  failure: Failure | null;
}

export class OpenTexts {
  private readonly texts = new SvelteMap<string, OpenText>();
  private readonly typing: Typing<string, string | null>;

  /** The one that was touched last comes last. */
  all = $derived([...this.texts.values()]);

  constructor(
    private readonly client: Client,
    private readonly udn: string,
  ) {
    this.typing = new Typing((path, text) => client.keepTyped(udn, path, text));
  }

  /** Takes what was left by an earlier run; what is here already is newer. */
  async load(): Promise<void> {
    for (const { upnp_path, path, text } of await this.client.typed(this.udn)) {
      if (!this.texts.has(upnp_path)) this.texts.set(upnp_path, { upnpPath: upnp_path, path, text, secret: false, failure: null });
    }
  }

  of(upnpPath: string): OpenText | null {
    return this.texts.get(upnpPath) ?? null;
  }

  put({ upnpPath, path, secret }: Place, text: string, failure: Failure | null = null): OpenText {
    const open = { upnpPath, path, secret, text, failure };
    const before = this.texts.get(upnpPath);
    this.texts.delete(upnpPath);
    this.texts.set(upnpPath, open);
    if (!secret && before?.text !== text) this.typing.put(upnpPath, text);
    return open;
  }

  /** The draft has it, or the person gave it up. */
  drop(upnpPath: string): void {
    const open = this.texts.get(upnpPath);
    if (!open) return;
    this.texts.delete(upnpPath);
    if (!open.secret) this.typing.put(upnpPath, null);
  }
}

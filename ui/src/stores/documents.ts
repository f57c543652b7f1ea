//! Documents inside arguments, laid out for reading.

/** Beyond this a document is shown as it came. */
const LAYOUT_LIMIT = 1_000_000;
const DEPTH_LIMIT = 64;

/** Whether a value is a document rather than a line of text. */
export function isDocument(text: string): boolean {
  return /^\s*<[\w?!]/.test(text) || text.includes('\n');
}

/**
 * XML with one element a line. Only white space between elements changes; what is no XML
 * stays as it is. Entities are not touched, so nothing can grow.
 */
export function layOut(text: string): string {
  const trimmed = text.trim();
  if (!/^<[\w?!]/.test(trimmed) || trimmed.length > LAYOUT_LIMIT) return text;
  const tokens = trimmed.match(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<[^>]*>|[^<]+/g) ?? [];
  if (tokens.join('') !== trimmed) return text;
  const lines: string[] = [];
  let depth = 0;
  /** The last line is an opening tag, with text at most behind it. */
  let open = false;
  const indent = () => '  '.repeat(Math.min(depth, DEPTH_LIMIT));
  for (const token of tokens) {
    if (!token.startsWith('<') || token.startsWith('<![CDATA[')) {
      if (!token.trim()) continue;
      if (open) lines[lines.length - 1] += token;
      else lines.push(indent() + token.trim());
    } else if (token.startsWith('</')) {
      depth = Math.max(0, depth - 1);
      if (open) lines[lines.length - 1] += token;
      else lines.push(indent() + token);
      open = false;
    } else {
      lines.push(indent() + token);
      open = !token.endsWith('/>') && !/^<[?!]/.test(token);
      if (open) depth += 1;
    }
  }
  return lines.join('\n');
}

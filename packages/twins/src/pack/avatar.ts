/** Bytes of the data URI's text. */
export const MAX_AVATAR_CHARS = 32 * 1024;

const DATA_URI = /^data:image\/(svg\+xml|png|jpeg|webp);base64,([A-Za-z0-9+/]+={0,2})$/;

/** What a picture may be drawn with; everything else could load, run or embed something. */
const SVG_ELEMENTS = new Set(
  'svg g path circle ellipse rect line polyline polygon defs lineargradient radialgradient stop title desc clippath mask'.split(
    ' ',
  ),
);
const SVG_ATTRIBUTES =
  /^(?:xmlns|viewbox|width|height|x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|d|points|fill|fill-opacity|fill-rule|clip-rule|clip-path|mask|stroke|stroke-width|stroke-linecap|stroke-linejoin|stroke-opacity|stroke-dasharray|opacity|transform|id|offset|stop-color|stop-opacity|gradientunits|gradienttransform|fx|fy|role|aria-label|aria-hidden|preserveaspectratio)$/;
const TAG = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[A-Za-z][\w:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/g;
const ATTRIBUTE = /([A-Za-z][\w:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * Why a data URI is no avatar, or null when it is one: a PNG, JPEG or WebP whose first bytes say so, or an SVG that is
 * made of shapes and gradients only. Browsers show it through `<img>`, which runs nothing; this keeps it harmless
 * wherever else it may end up.
 */
export function avatarProblem(uri: string): string | null {
  if (uri.length > MAX_AVATAR_CHARS) return `must have at most ${MAX_AVATAR_CHARS} characters`;
  const match = DATA_URI.exec(uri);
  const [, kind, base64] = match ?? [];
  if (kind === undefined || base64 === undefined) return 'must be a data URI with an SVG, PNG, JPEG or WebP in base64';
  const bytes = Buffer.from(base64, 'base64');
  if (kind === 'svg+xml') return svgProblem(bytes);
  return isPicture(kind, bytes) ? null : `does not hold a ${kind} picture`;
}

function isPicture(kind: string, bytes: Buffer): boolean {
  if (kind === 'png') return bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'));
  if (kind === 'jpeg') return bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'));
  return bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';
}

function svgProblem(bytes: Buffer): string | null {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
  } catch {
    // The decoder says no more than that.
    return 'must be UTF-8 text';
  }
  if (!text.startsWith('<svg') || !text.endsWith('</svg>')) return 'must be one svg element';
  let problem: string | null = null;
  const rest = text.replace(TAG, (_whole, _close: string, name: string, attributes: string) => {
    if (!SVG_ELEMENTS.has(name.toLowerCase())) problem ??= `must not hold the element ${name.slice(0, 40)}`;
    for (const [, attribute = '', double, single] of attributes.matchAll(ATTRIBUTE)) {
      problem ??= attributeProblem(attribute.toLowerCase(), double ?? single ?? '');
    }
    return '';
  });
  // Whatever the pattern above did not take for a tag may be one to a browser.
  return problem ?? (/[<>&]/.test(rest) ? 'must hold plain elements only' : null);
}

function attributeProblem(name: string, value: string): string | null {
  if (!SVG_ATTRIBUTES.test(name)) return `must not hold the attribute ${name.slice(0, 40)}`;
  if (name === 'xmlns') return value === 'http://www.w3.org/2000/svg' ? null : 'must be in the SVG namespace';
  const outside = value.replaceAll(/url\(#[\w-]+\)/g, '');
  return /url\(|:|&|javascript|data/i.test(outside) ? `must not refer to anything outside itself (${name})` : null;
}

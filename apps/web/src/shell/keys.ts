import { recall, remember } from '../edge/storage.js';

/** A link with a key in its fragment, which browsers never send to a server. */
export type KeyLink =
  | { readonly kind: 'operator'; readonly key: string }
  | { readonly kind: 'studio'; readonly invitation: string };

/** The key that a link like `#key=…` or `#invitation=…` carries, or null. */
export function keyInFragment(fragment: string): KeyLink | null {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const key = fields.get('key');
  if (key) return { kind: 'operator', key };
  const invitation = fields.get('invitation');
  return invitation ? { kind: 'studio', invitation } : null;
}

/** Takes a key out of the address bar, so that it stays out of the history, and says where it leads. */
export function takeKeyFromAddress(): string | null {
  const link = keyInFragment(window.location.hash);
  if (!link) return null;
  if (link.kind === 'operator') remember('tab', 'operator', link.key);
  else remember('tab', 'invitation', link.invitation);
  const to = link.kind === 'operator' ? '/operator' : '/studio';
  window.history.replaceState(null, '', to);
  return to;
}

export const operatorKey = (): string | null => recall('tab', 'operator');
export const setOperatorKey = (key: string | null): boolean => remember('tab', 'operator', key);
export const pendingInvitation = (): string | null => recall('tab', 'invitation');
export const setPendingInvitation = (invitation: string | null): boolean => remember('tab', 'invitation', invitation);
export const studioLogin = (): string | null => recall('tab', 'studio');
export const setStudioLogin = (login: string | null): boolean => remember('tab', 'studio', login);

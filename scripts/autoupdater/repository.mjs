// What git knows: which version there is, whether it may be taken, and going there.
import { run } from './run.mjs';

const FETCH_MS = 5 * 60_000;
const LOCAL_MS = 60_000;

export class Repository {
  constructor({ repo, branch, tagOnly, verifySignatures, force }) {
    this.options = { repo, branch, tagOnly, verifySignatures, force };
  }

  git(args, deadlineMs = LOCAL_MS) {
    return run('git', args, { cwd: this.options.repo, deadlineMs });
  }

  head() {
    return this.git(['rev-parse', 'HEAD']);
  }

  /** Fetches, then names the version to go to: `{commit, name}`. @throws Error when there is none */
  async newest() {
    const { branch, tagOnly } = this.options;
    await this.git(['fetch', '--quiet', '--tags', '--force', 'origin', branch], FETCH_MS);
    const tip = await this.git(['rev-parse', `refs/remotes/origin/${branch}`]);
    if (!tagOnly) return { commit: tip, name: tip.slice(0, 12), ref: tip };
    const tags = await this.git(['tag', '--list', '--merged', tip, '--sort=-version:refname', 'v[0-9]*']);
    const [tag] = tags.split('\n').filter(Boolean);
    if (!tag) throw new Error(`no version tag (v1.2.3) on ${branch}; leave out --tag-only or ask for a release`);
    return { commit: await this.git(['rev-parse', `${tag}^{commit}`]), name: tag, ref: tag };
  }

  /** Why the version must not be taken, or null. */
  async objection({ commit, ref }) {
    const { tagOnly, verifySignatures, force } = this.options;
    if (verifySignatures) {
      const verify = tagOnly ? 'verify-tag' : 'verify-commit';
      try {
        await this.git([verify, ref]);
      } catch {
        return `${ref} has no good signature (git ${verify} ${ref} says why); nothing was changed`;
      }
    }
    if (force) return null;
    if ((await this.git(['status', '--porcelain', '--untracked-files=no'])) !== '') {
      return 'there are local changes; commit or remove them, or use --force, which stashes them';
    }
    try {
      await this.git(['merge-base', '--is-ancestor', 'HEAD', commit]);
      return null;
    } catch {
      return 'the new version does not continue the one that is here (history was rewritten, or there are commits of your own); use --force to go there all the same';
    }
  }

  /** Moves the checkout; local changes, which only --force gets this far with, are stashed. */
  async goTo(commit) {
    if ((await this.git(['status', '--porcelain', '--untracked-files=no'])) !== '') {
      await this.git(['stash', 'push', '--message', 'set aside by the updater']);
    }
    await this.git(['reset', '--quiet', '--hard', commit]);
  }
}

/** An image reference, taken apart. */
export interface Reference {
  /** Without the tag and the digest: `registry:5000/team/name`. */
  repository: string;
  /** `latest`, `sha256:…`. */
  tag: string;
}

/** Takes a reference apart; without a tag it means `latest`, never all tags. */
export function parseReference(reference: string): Reference {
  const digest = reference.indexOf('@');
  if (digest >= 0) return { repository: untagged(reference.slice(0, digest)), tag: reference.slice(digest + 1) };
  const repository = untagged(reference);
  return { repository, tag: reference.slice(repository.length + 1) || 'latest' };
}

/** One spelling per image, the one that Docker lists: `docker.io/library/busybox` becomes `busybox:latest`. */
export function familiar(reference: string): string {
  const { repository, tag } = parseReference(reference);
  const name = repository.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, '');
  return tag.includes(':') ? `${name}@${tag}` : `${name}:${tag}`;
}

/** A colon is a tag's only after the last slash; before it, it is a registry's port. */
function untagged(name: string): string {
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  return colon >= 0 ? name.slice(0, colon) : name;
}

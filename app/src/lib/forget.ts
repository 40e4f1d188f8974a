/** What page memory knows of a person is forgotten when another one may sit here. */
const works = new Set<() => void>();

/** Does its part of the forgetting. */
export function onForget(work: () => void): void {
  works.add(work);
}

/** Forgets everything; called at each sign-in and sign-out. */
export function forgetAll(): void {
  for (const work of works) work();
}

/** Which methods a user may call. */
export interface Whitelist {
  /** True if the user may call something at all: where not, not even an error is answered. */
  allowsAny(user: string): boolean
  allows(user: string, method: string): boolean
}

export const ALLOW_ALL: Whitelist = { allowsAny: () => true, allows: () => true }

/**
 * `-rpcwhitelist`: `user:method,method`; of several lists for one user that which all have counts. Who has none may call
 * everything, or nothing where `strict` (`-rpcwhitelistdefault`) says so.
 */
export function parseWhitelist(entries: readonly string[], strict = entries.length > 0): Whitelist {
  const lists = new Map<string, ReadonlySet<string>>()
  for (const entry of entries) {
    const colon = entry.indexOf(':')
    const user = colon < 0 ? entry : entry.slice(0, colon)
    const before = lists.get(user)
    const listed = colon < 0 ? [...(before ?? [])] : entry.slice(colon + 1).split(/[, ]/)
    lists.set(user, new Set(listed.filter((method) => method !== '' && (colon < 0 || (before?.has(method) ?? true)))))
  }
  return {
    allowsAny: (user) => !strict || lists.has(user),
    allows: (user, method) => lists.get(user)?.has(method) ?? !strict,
  }
}

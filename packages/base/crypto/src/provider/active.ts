import type { CryptoProvider } from '@ply/ports'
import { nobleProvider } from './noble.ts'

// The one process-wide choice in the pure rows (ADR 0001): every provider passes the same contract suite, so which
// one is active changes how fast an answer comes and never the answer.
let active: CryptoProvider = nobleProvider

export const activeProvider = (): CryptoProvider => active

/** Called once by a node at start, after the provider's self-test. Returns the provider it replaces. */
export function installProvider(provider: CryptoProvider): CryptoProvider {
  const previous = active
  active = provider
  return previous
}

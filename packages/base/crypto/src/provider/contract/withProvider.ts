import type { CryptoProvider } from '@ply/ports'
import { installProvider } from '../active.ts'

/** Runs what asks the active provider with one of them. */
export function withProvider(provider: CryptoProvider, run: () => void): void {
  const previous = installProvider(provider)
  try {
    run()
  } finally {
    installProvider(previous)
  }
}

import { installProvider, nobleProvider } from '@ply/crypto'
import type { CryptoProvider, Logger } from '@ply/ports'
import { nativeProvider } from './nativeProvider.ts'
import { selfTestCrypto } from './selfTest.ts'
import { wasmProvider } from './wasmProvider.ts'

export type ProviderName = 'native' | 'wasm' | 'noble'

const LOADERS: Readonly<Record<ProviderName, () => CryptoProvider | undefined>> = {
  native: nativeProvider,
  wasm: wasmProvider,
  noble: () => nobleProvider,
}

export interface ProviderChoice {
  readonly logger?: Logger
  /** In order of preference; the fastest first by default. */
  readonly candidates?: readonly ProviderName[]
}

/**
 * Installs the first provider that loads on this machine and passes its self-test, and says which in the log.
 * Called once at start, before anything is verified.
 */
export function chooseCryptoProvider(choice: ProviderChoice = {}): CryptoProvider {
  const { logger, candidates = ['native', 'wasm', 'noble'] } = choice
  for (const name of candidates) {
    let failure: string | undefined
    try {
      const provider = LOADERS[name]()
      failure = provider ? selfTestCrypto(provider) : 'no binary for this platform'
      if (provider && failure === undefined) {
        logger?.log('info', `Using crypto provider ${provider.name}`)
        installProvider(provider)
        return provider
      }
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error)
    }
    logger?.log('warn', `Crypto provider ${name} not used: ${failure}`)
  }
  throw new Error('no crypto provider works on this machine')
}

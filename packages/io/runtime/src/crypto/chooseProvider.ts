import { err, ok, type Result } from '@ply/bytes'
import { installProvider, nobleProvider, selfTestProvider } from '@ply/crypto'
import type { CryptoProvider, Logger } from '@ply/ports'
import { nativeProvider } from './nativeProvider.ts'
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

/** A provider that works, or why it does not. */
function load(name: ProviderName): Result<CryptoProvider, string> {
  try {
    const provider = LOADERS[name]()
    if (!provider) return err('no binary for this platform')
    const wrong = selfTestProvider(provider)
    return wrong.length === 0 ? ok(provider) : err(`wrong answers: ${wrong.join(', ')}`)
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error))
  }
}

/**
 * Installs the first provider that loads on this machine and passes its self-test, and says which in the log.
 * Called once at start, before anything is verified.
 */
export function chooseCryptoProvider(choice: ProviderChoice = {}): CryptoProvider {
  const { logger, candidates = ['native', 'wasm', 'noble'] } = choice
  for (const name of candidates) {
    const loaded = load(name)
    if (loaded.ok) {
      logger?.log('info', `Using crypto provider ${loaded.value.name}`)
      installProvider(loaded.value)
      return loaded.value
    }
    logger?.log('warn', `Crypto provider ${name} not used: ${loaded.error}`)
  }
  throw new Error('no crypto provider works on this machine')
}

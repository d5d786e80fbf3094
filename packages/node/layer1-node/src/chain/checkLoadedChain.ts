import { MAX_FUTURE_BLOCK_TIME } from '@ply/consensus'
import type { Logger, Store } from '@ply/ports'
import type { ChainManager } from './chainManager.ts'
import { RebuildError } from './rebuildError.ts'
import { DEFAULT_VERIFY_SCOPE, verifyChain, type VerifyScope } from './verifyChain.ts'

/** `W`: the height from which on blocks were checked by segwit's rules. */
const SEGWIT_HEIGHT_KEY = Uint8Array.of(0x57)

async function readSegwitHeight(index: Store): Promise<number | undefined> {
  const value = await index.get(SEGWIT_HEIGHT_KEY)
  return value && Number(new TextDecoder().decode(value))
}

export interface LoadedChain {
  readonly chain: ChainManager
  /** Of blocks. */
  readonly index: Store
  readonly logger: Logger
  /** The chain was built anew in this run. */
  readonly rebuilt: boolean
  readonly verify: VerifyScope | undefined
}

/**
 * Checks that the chain on disk belongs to this time and to these rules, and that its last blocks are whole. A chain
 * that was built anew was checked already. Rejects with {@link RebuildError}.
 */
export async function checkLoadedChain({ chain, index, logger, rebuilt, verify }: LoadedChain): Promise<void> {
  const { segwit } = chain.parameters.consensus.buriedHeights
  const checkedFrom = await readSegwitHeight(index)
  if (!rebuilt) {
    if (checkedFrom !== undefined && checkedFrom > segwit && chain.tip.height >= segwit) {
      throw new RebuildError(
        `Witness data for blocks after height ${segwit} requires validation. Please restart with -reindex.`,
      )
    }
    if (chain.tip.time > Math.floor(chain.clock.now() / 1000) + MAX_FUTURE_BLOCK_TIME) {
      throw new RebuildError(
        "The block database contains a block which appears to be from the future. This may be due to your computer's date and time being set incorrectly. Only rebuild the block database if you are sure that your computer's date and time are correct",
      )
    }
    if ((await verifyChain(chain, verify ?? DEFAULT_VERIFY_SCOPE, logger)) === 'damaged') {
      throw new RebuildError('Corrupted block database detected')
    }
  }
  if (checkedFrom === segwit) return
  await index.batch([{ type: 'put', key: SEGWIT_HEIGHT_KEY, value: new TextEncoder().encode(String(segwit)) }])
}

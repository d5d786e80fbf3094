import { mkdir } from 'node:fs/promises'
import { BLOCK_INDEX_RANGE } from '@ply/chain'
import { ScriptExecutionCache } from '@ply/consensus'
import type { Entropy } from '@ply/ports'
import { createSignaturePool } from '@ply/runtime'
import { ChainManager } from './chain/chainManager.ts'
import { checkLoadedChain } from './chain/checkLoadedChain.ts'
import { logChainSettings } from './chain/logChainSettings.ts'
import { orRebuild, RebuildError } from './chain/rebuildError.ts'
import type { ReindexScope } from './chain/reindex.ts'
import { guessVerificationProgress } from './chain/verificationProgress.ts'
import { type Indexes, openIndexes } from './index/openIndexes.ts'
import type { Layer1NodeOptions } from './layer1Node.ts'
import { type ConnectionSettings, DEFAULT_CONNECTIONS } from './peers/connectionSettings.ts'
import { PeerState } from './peers/peerState.ts'
import { BlockStore } from './storage/blockStore.ts'
import { type DataFolder, dataFolder } from './storage/dataFolder.ts'
import { lockDataFolder } from './storage/lockDataFolder.ts'
import { type ChainStores, openChainStores } from './storage/openChainStores.ts'
import { deleteUnusableFiles } from './storage/unusableFiles.ts'
import { isEmpty } from './storage/moveBlockIndex.ts'
import { openXorKey } from './storage/xorKey.ts'

export const connectionSettings = ({ connections }: Layer1NodeOptions): ConnectionSettings => ({
  ...DEFAULT_CONNECTIONS,
  ...connections,
})

/** What a node is made of that comes from its data directory. */
export interface NodeParts extends Indexes {
  readonly chain: ChainManager
  readonly peerState: PeerState
  close(): Promise<void>
}

/** What is open, in order, to be closed the other way round. */
class Closers {
  readonly #closers: (() => Promise<void>)[] = []

  readonly add = (closer: () => Promise<void>): void => void this.#closers.push(closer)

  readonly close = async (): Promise<void> => {
    for (const closer of this.#closers.splice(0).reverse()) await closer()
  }
}

/**
 * Takes the data directory and loads what is in it. Rejects with `LockError` if it is in use, with `RebuildError` where
 * what is there is damaged and was not to be built anew.
 */
export async function openParts(options: Layer1NodeOptions): Promise<NodeParts> {
  const { network, clock, entropy, logger } = options
  const folder = dataFolder(options.directory, network.name, options.blocksDirectory)
  const held = new Closers()
  try {
    held.add(await lockDataFolder(folder))
    await mkdir(folder.indexes, { recursive: true })
    await options.locked?.()
    const settings = connectionSettings(options)
    const starting = (words: string): void => options.starting?.(words)
    const peerState = await PeerState.load({ folder, network, clock, entropy, logger, settings, starting })
    const { chain, indexes } = await loadOrRebuild(folder, options, held)
    return { chain, ...indexes, peerState, close: held.close }
  } catch (error) {
    await held.close()
    throw error
  }
}

/** The chain and its indexes; built anew if they are damaged and the operator allowed that. */
async function loadOrRebuild(
  folder: DataFolder,
  options: Layer1NodeOptions,
  held: Closers,
): Promise<{ readonly chain: ChainManager; readonly indexes: Indexes }> {
  const load = (reindex: ReindexScope | undefined): Promise<ChainManager> => {
    const opened = new Closers()
    held.add(opened.close)
    return loadChain(options, { folder, reindex, opened }).catch(async (error: unknown) => {
      await opened.close()
      throw error
    })
  }
  let wanted = options.reindex
  const chain = await load(wanted).catch((error: unknown) => {
    if (!(error instanceof RebuildError) || !options.rebuildDamaged || wanted === 'blocks') throw error
    wanted = 'blocks'
    return load(wanted)
  })
  const byDefault = options.network.name === 'regtest' && options.prune === undefined
  const indexes = await openIndexes(
    { txIndex: byDefault, blockFilterIndex: byDefault, ...options },
    {
      folder: folder.indexes,
      chain,
      entropy: options.entropy,
      logger: options.logger,
      anew: wanted === 'blocks',
      opened: held.add,
    },
  )
  return { chain, indexes }
}

interface ChainLoading {
  readonly folder: DataFolder
  /** What is to be built anew. */
  readonly reindex: ReindexScope | undefined
  readonly opened: Closers
}

async function loadChain(
  options: Layer1NodeOptions,
  { folder, reindex: wanted, opened }: ChainLoading,
): Promise<ChainManager> {
  const { network, clock, entropy, logger } = options
  logChainSettings(network, options.prune, logger)
  options.starting?.('Loading block index…')
  const stores = await openChainStores({ folder, network, wanted, logger, opened: opened.add })
  const { index, reindex } = stores
  if (reindex === 'blocks') await deleteUnusableFiles(folder.blocks, options.prune !== undefined)
  const blocks = await openBlocks(folder, options, stores)
  opened.add(() => blocks.close())
  const { signatureThreads, scriptCacheBytes, coinReaders, checkIndexEvery } = options.verification ?? {}
  const signatures = createSignaturePool(signatureThreads === undefined ? {} : { workers: signatureThreads })
  opened.add(() => signatures.close())
  const chain = await ChainManager.open({
    parameters: network,
    store: stores.coins,
    snapshot: stores.snapshot,
    index,
    blocks,
    clock,
    logger,
    signatures,
    scriptCache: createScriptCache(entropy, scriptCacheBytes),
    ...(coinReaders !== undefined && { coinReaders }),
    ...(checkIndexEvery !== undefined && { checkIndexEvery }),
    reindex: reindex === 'blocks',
    ...(options.prune !== undefined && { prune: options.prune }),
    ...(options.coinsCacheBytes !== undefined && { coinsCacheBytes: options.coinsCacheBytes }),
    ...(options.maxTipAge !== undefined && { maxTipAge: options.maxTipAge }),
    failed: (error) => options.failed?.(error),
    ...(options.progress && { progress: options.progress }),
  })
  chain.log.loaded(chain.tip, guessVerificationProgress(chain, chain.tip))
  options.starting?.('Verifying blocks…')
  await checkLoadedChain({ chain, index, logger, rebuilt: reindex !== undefined, verify: options.verify })
  return chain
}

function createScriptCache(entropy: Entropy, bytes: number | undefined): ScriptExecutionCache {
  const salt = entropy.bytes(32)
  if (bytes === undefined) return new ScriptExecutionCache(salt)
  return new ScriptExecutionCache(salt, ScriptExecutionCache.entriesIn(bytes))
}

async function openBlocks(
  folder: DataFolder,
  options: Layer1NodeOptions,
  { index, reindex }: ChainStores,
): Promise<BlockStore> {
  const xorKey = await openXorKey(folder.blocks, options.obfuscateBlocks, options.entropy)
  const open = (): Promise<BlockStore> =>
    BlockStore.open({
      folder: folder.blocks,
      magic: options.network.magic,
      xorKey,
      passOver: reindex === 'blocks',
      ...(options.blockFileSize !== undefined && { maxFileSize: options.blockFileSize }),
    })
  // Files that our index names are ours, and damaged; others may be another program's, and nobody should rebuild those.
  const isOurs = !(await isEmpty(index, BLOCK_INDEX_RANGE))
  return isOurs ? orRebuild('Corrupted block database detected', options.logger, open) : open()
}

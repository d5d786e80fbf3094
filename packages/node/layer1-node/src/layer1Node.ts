import { setMaxListeners } from 'node:events'
import type { MempoolOptions } from '@ply/mempool'
import { DEFAULT_OPTIONS, type PeerManagerOptions } from '@ply/p2p'
import { type LookUp, systemLookUp } from '@ply/net'
import type { Clock, Entropy, Logger, Transport } from '@ply/ports'
import { hashToDisplay, type NetworkParameters } from '@ply/primitives'
import type { ChainManager } from './chain/chainManager.ts'
import { createInvalidChainListener } from './chain/invalidChain.ts'
import { loadBlockFile } from './chain/loadBlockFile.ts'
import type { ReportProgress } from './chain/progress.ts'
import type { PruneTarget } from './chain/pruning.ts'
import type { ReindexScope } from './chain/reindex.ts'
import { createUnknownRulesListener } from './chain/unknownRules.ts'
import type { VerificationSettings } from './chain/verificationSettings.ts'
import type { VerifyScope } from './chain/verifyChain.ts'
import type { BlockFilterIndex } from './index/blockFilterIndex.ts'
import type { CoinStatsIndex } from './index/coinStatsIndex.ts'
import type { IndexChoice } from './index/openIndexes.ts'
import type { TxIndex } from './index/txIndex.ts'
import type { TxoSpenderIndex } from './index/txoSpenderIndex.ts'
import { logTask } from './logTask.ts'
import { FeeEstimatesFile } from './mempool/feeEstimatesFile.ts'
import { loadMempool, saveMempool } from './mempool/mempoolFile.ts'
import { MempoolManager } from './mempool/mempoolManager.ts'
import { Automine, type AutominePolicy } from './mining/automine.ts'
import { Miner, type MiningOptions } from './mining/miner.ts'
import { AddressSupply } from './peers/addressSupply.ts'
import type { I2pService, ListenAddress, PermissionsOf } from './peers/connectionEnds.ts'
import type { ConnectionSettings } from './peers/connectionSettings.ts'
import { localServices } from './peers/localServices.ts'
import { systemInterfaces } from './peers/ownAddresses.ts'
import { MessageCapture } from './peers/messageCapture.ts'
import { PeerService } from './peers/peerService.ts'
import { type DataFolder, dataFolder } from './storage/dataFolder.ts'
import { connectionSettings, type NodeParts, openParts } from './openParts.ts'
import type { TorSettings } from './tor/torSettings.ts'
import { Warnings } from './warnings.ts'

/** A clock that `setmocktime` can hold. */
export interface MockableClock extends Clock {
  setMockTime?(milliseconds: number | undefined): void
  /** Lets everything that is scheduled happen so much earlier. */
  advanceSchedule?(milliseconds: number): void
}

/** Of transactions and of block filters, only regtest keeps an index by default. */
export interface Layer1NodeOptions extends IndexChoice {
  readonly network: NetworkParameters
  /** The data directory; the network's own folder lies inside. */
  readonly directory: string
  /** Where the block files lie, laid out as in a data directory; there by default. */
  readonly blocksDirectory?: string
  readonly clock: MockableClock
  readonly entropy: Entropy
  readonly logger: Logger
  readonly transport: Transport
  /** Where peers are accepted, `host:port`; nobody is without. Port 0 takes a free one. */
  readonly listen?: readonly (string | ListenAddress)[]
  /** How Tor is asked for an onion service; it is not by default. */
  readonly tor?: TorSettings
  /** Where peers in I2P come through. */
  readonly i2p?: I2pService
  /** Have the router lead our port to us; `announce`: tell peers of it. */
  readonly mapPort?: { readonly announce: boolean }
  /** Peers to stay connected to. */
  readonly connect?: readonly string[]
  /** Serve block filters (BIP 157) from their index. */
  readonly serveBlockFilters?: boolean
  /** Let peers filter transactions and blocks (BIP 37). */
  readonly serveBloomFilters?: boolean
  /** Build the coins anew from the blocks, or first the index from the block files. */
  readonly reindex?: ReindexScope
  /** Build everything anew from the block files where what is on disk cannot be gone on with. */
  readonly rebuildDamaged?: boolean
  /** Delete old block files: bytes that they may take, or `manual` for by RPC alone. No transaction index then. */
  readonly prune?: PruneTarget
  /** Bytes of a block file. */
  readonly blockFileSize?: number
  /** Files of blocks to take in at start, as other nodes write them. */
  readonly loadBlocks?: readonly string[]
  /** Ask to be stopped once the blocks of files are taken in. */
  readonly stopAfterImport?: boolean
  /** Whether the block files of a fresh folder are obfuscated with a random key, as Bitcoin Core's are. */
  readonly obfuscateBlocks?: boolean
  /** Bytes of memory that coins may take before they are written. */
  readonly coinsCacheBytes?: number
  readonly automine?: AutominePolicy
  /** Where the rewards of blocks go that are mined without an address. */
  readonly rewardScript?: Uint8Array
  readonly mempool?: Partial<MempoolOptions>
  readonly mining?: MiningOptions
  /** False: the mempool is neither read nor written. */
  readonly persistMempool?: boolean
  /** Write the mempool's file in the first version of its format. */
  readonly plainMempoolFile?: boolean
  readonly verification?: VerificationSettings
  /** Go on with fee estimates however old they are. */
  readonly acceptStaleFeeEstimates?: boolean
  /** Seconds after which a tip means that blocks are missing. */
  readonly maxTipAge?: number
  /** Which blocks are verified at start; the last six by default. */
  readonly verify?: VerifyScope
  /** Asks to be stopped once the tip is this high. */
  readonly stopAtHeight?: number
  readonly peers?: Partial<PeerManagerOptions>
  /** Whom the node talks to, and how many. */
  readonly connections?: Partial<ConnectionSettings>
  /** Write every message to and from peers into files. */
  readonly captureMessages?: boolean
  /** Addresses of a name, for DNS seeds; the system's by default. */
  readonly lookUp?: LookUp
  /** Addresses of the interfaces of this machine; the system's by default. */
  readonly interfaces?: () => readonly string[]
  /** What the operator allows a peer beyond others. */
  readonly permissionsOf?: PermissionsOf
  /** Offer peers the encrypted transport (BIP 324), and take it; by default it is done. */
  readonly encrypted?: boolean
  /** How far the node is on its way to the best chain it knows of: on disk, and later with its peers. */
  readonly progress?: ReportProgress
  /** The data directory is in our hands; nothing was read from it yet. */
  locked?(): Promise<void>
  /** What is being done before the node is ready, in Bitcoin Core's words. */
  starting?(words: string): void
  /** A warning came up. */
  alert?(text: string): void
  /** Names of old answers over RPC that are still given (-deprecatedrpc). */
  readonly deprecatedRpc?: readonly string[]
  /** The node did what it was started for. */
  stopRequested?(): void
  /** An error that ends the node: it is stopped by then, and nothing more is written. */
  failed?(error: unknown): void
}

/** OP_TRUE: anybody's coins, where nobody said whose they are. */
const ANYONE = Uint8Array.of(0x51)

/** Sockets, added peers, and messages: what goes on with peers, by Bitcoin Core's names. */
const NETWORK_THREADS: readonly string[] = ['net', 'addcon', 'msghand']

/** A running Layer 1 node: chain, mempool, miner and peers over one data directory. */
export class Layer1Node {
  readonly network: NetworkParameters
  readonly folder: DataFolder
  readonly clock: MockableClock
  readonly entropy: Entropy
  readonly logger: Logger
  readonly chain: ChainManager
  readonly mempool: MempoolManager
  readonly miner: Miner
  readonly automine: Automine
  readonly peers: PeerService
  readonly txIndex: TxIndex | undefined
  readonly blockFilterIndex: BlockFilterIndex | undefined
  readonly coinStatsIndex: CoinStatsIndex | undefined
  readonly txoSpenderIndex: TxoSpenderIndex | undefined
  readonly rewardScript: Uint8Array
  readonly userAgent: string
  readonly deprecatedRpc: ReadonlySet<string>
  /** Who sees no transactions cannot tell what they should pay. */
  readonly estimatesFees: boolean
  readonly warnings: Warnings
  readonly startedAt = performance.now()
  readonly #close: () => Promise<void>
  readonly #persistMempool: boolean
  readonly #plainMempoolFile: boolean
  #feeEstimates: FeeEstimatesFile | undefined
  #addressSupply: AddressSupply | undefined
  readonly #interruption = new AbortController()
  #stopping: Promise<void> | undefined

  private constructor(options: Layer1NodeOptions, parts: NodeParts) {
    const { network, clock, entropy, logger } = options
    this.network = network
    this.folder = dataFolder(options.directory, network.name, options.blocksDirectory)
    this.clock = clock
    this.entropy = entropy
    this.logger = logger
    this.chain = parts.chain
    this.txIndex = parts.txIndex
    this.blockFilterIndex = parts.blockFilterIndex
    this.coinStatsIndex = parts.coinStatsIndex
    this.txoSpenderIndex = parts.txoSpenderIndex
    this.#close = parts.close
    this.deprecatedRpc = new Set(options.deprecatedRpc)
    this.estimatesFees = options.peers?.relayTransactions ?? true
    this.userAgent = options.peers?.userAgent ?? DEFAULT_OPTIONS.userAgent
    this.rewardScript = options.rewardScript ?? ANYONE
    this.warnings = new Warnings((text) => {
      logger.log('warn', text)
      options.alert?.(text)
    })
    this.chain.subscribe(createUnknownRulesListener(this.chain, this.warnings))
    this.chain.subscribe(createInvalidChainListener(this.chain, this.warnings))
    this.mempool = new MempoolManager(this.chain, logger, options.mempool, options.verification?.checkMempoolEvery)
    this.miner = new Miner(this.chain, this.mempool, options.mining, logger)
    this.#persistMempool = options.persistMempool ?? true
    this.#plainMempoolFile = options.plainMempoolFile ?? false
    // Any number of callers may wait.
    setMaxListeners(0, this.#interruption.signal)
    const { chain, mempool, miner } = this
    this.automine = new Automine({ miner, mempool, clock, entropy, logger, scriptPubKey: this.rewardScript })
    // Nobody's privacy is at stake on regtest, and everybody waits.
    const trickle = network.name === 'regtest' ? { inboundTrickle: 0, outboundTrickle: 0 } : {}
    const services = localServices({
      pruned: options.prune !== undefined,
      encrypted: options.encrypted ?? true,
      filters: options.serveBlockFilters ?? false,
      bloom: options.serveBloomFilters ?? false,
    })
    this.peers = new PeerService({
      chain,
      mempool,
      filters: parts.blockFilterIndex,
      transport: options.transport,
      entropy,
      logger,
      options: { ...trickle, services, listens: (options.listen ?? []).length > 0, ...options.peers },
      settings: connectionSettings(options),
      state: parts.peerState,
      capture: options.captureMessages ? new MessageCapture(this.folder.messageCapture, clock) : undefined,
      ...(options.permissionsOf && { permissionsOf: options.permissionsOf }),
      failed: (error) => {
        logger.log('error', 'the node cannot go on', { error })
        options.failed?.(error)
      },
    })
  }

  /** Opens the data directory, catches up, and begins to talk to peers. Rejects as {@link openParts}. */
  static async start(options: Layer1NodeOptions): Promise<Layer1Node> {
    const node = new Layer1Node(options, await openParts(options))
    try {
      logTask(node.logger, 'initload')
      for (const path of options.loadBlocks ?? []) await loadBlockFile(path, node.chain, node.logger)
      if (options.stopAfterImport) {
        node.logger.log('info', 'Stopping after block import')
        options.stopRequested?.()
      }
      const acceptStale = options.acceptStaleFeeEstimates ?? false
      if (node.estimatesFees) node.#feeEstimates = await FeeEstimatesFile.open(node, { acceptStale })
      if (node.#persistMempool) await loadMempool(node.folder.mempool, node.mempool, node.logger)
      if (options.automine) node.automine.set(options.automine)
      options.starting?.('Starting network threads…')
      for (const thread of NETWORK_THREADS) logTask(node.logger, thread)
      for (const address of options.listen ?? [])
        await node.peers.listen(typeof address === 'string' ? { address } : address)
      node.peers.noteListening(options.interfaces ?? systemInterfaces)
      const { dialer, transport } = node.peers
      if (options.mapPort) node.peers.waysIn.mapPort(options.mapPort)
      if (options.i2p) node.peers.waysIn.serveI2p(options.i2p)
      if (options.tor) node.peers.waysIn.serveOnion(options.tor, node.folder.onionKey)
      for (const name of options.connect ?? []) dialer.add({ name, transport })
      const { network, clock, entropy, logger, lookUp = systemLookUp } = options
      node.#addressSupply = new AddressSupply({ network, clock, entropy, logger, lookUp, peers: node.peers })
      if (options.stopAtHeight !== undefined) node.#stopAt(options.stopAtHeight, () => options.stopRequested?.())
    } catch (error) {
      await node.stop()
      throw error
    }
    const { tip } = node.chain
    node.logger.log('info', 'Layer 1 is ready', { height: tip.height, best: hashToDisplay(tip.hash) })
    return node
  }

  #stopAt(height: number, stop: () => void): void {
    const look = (): void => {
      if (this.chain.tip.height >= height) stop()
    }
    this.chain.subscribe({ tipChanged: look })
    look()
  }

  /** Aborted when the node is about to stop: who waits for something to happen waits no longer. */
  get interrupted(): AbortSignal {
    return this.#interruption.signal
  }

  /** Ends what waits for something to happen, as the first step of stopping. */
  interrupt(): void {
    this.#interruption.abort()
  }

  /** Writes the mempool into its file. */
  saveMempool(): Promise<void> {
    const { entropy } = this
    return saveMempool(this.mempool, { path: this.folder.mempool, entropy, plain: this.#plainMempoolFile })
  }

  /** Ends connections, then writes everything that is not on disk yet. */
  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      this.interrupt()
      await this.miner.stop()
      await this.automine.stop()
      this.#addressSupply?.stop()
      await this.peers.stop()
      await this.#feeEstimates?.close()
      // The chain matters more than what can be sent again.
      if (this.#persistMempool) {
        await this.saveMempool().catch((error: unknown) =>
          this.logger.log('error', 'the mempool could not be saved', { error }),
        )
      }
      try {
        await this.chain.close()
      } finally {
        await this.#close()
      }
      this.logger.log('info', 'Shutdown: done')
    })()
    return this.#stopping
  }
}

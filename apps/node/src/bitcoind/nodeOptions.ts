import type { Layer1NodeOptions } from '@ply/layer1-node'
import type { BitcoindOptions } from './bitcoindOptions.ts'

/** Bitcoin Core's mean delays of announcements (milliseconds): a playground relays at once, a stand-in takes its time. */
const RELAY_DELAYS = { inboundTrickle: 5000, outboundTrickle: 2000 }

/** What the Layer 1 node is told of bitcoind's options. */
export function bitcoindNodeOptions(options: BitcoindOptions): Partial<Layer1NodeOptions> {
  const { peers, storage, mempool, mining, maxTipAge, stopAtHeight, persistMempool } = options
  return {
    listen: peers.listen,
    ...(peers.tor && { tor: peers.tor }),
    ...(peers.mapPort && { mapPort: peers.mapPort }),
    ...(storage.blockFileSize !== undefined && { blockFileSize: storage.blockFileSize }),
    ...(storage.coinsCacheBytes !== undefined && { coinsCacheBytes: storage.coinsCacheBytes }),
    loadBlocks: storage.loadBlocks,
    obfuscateBlocks: storage.obfuscateBlocks,
    ...(storage.blocksDirectory !== undefined && { blocksDirectory: storage.blocksDirectory }),
    verify: storage.verify,
    rebuildDamaged: options.settings.list('test').includes('reindex_after_failure_noninteractive_yes'),
    blockFilterIndex: storage.blockFilterIndex,
    coinStatsIndex: storage.coinStatsIndex,
    txoSpenderIndex: storage.txoSpenderIndex,
    serveBlockFilters: peers.servesBlockFilters,
    captureMessages: options.settings.flag('capturemessages', false),
    serveBloomFilters: peers.servesBloomFilters,
    mempool,
    mining,
    persistMempool,
    plainMempoolFile: options.settings.flag('persistmempoolv1', false),
    verification: options.verification,
    stopAfterImport: options.settings.flag('stopafterblockimport', false),
    encrypted: peers.encrypted,
    permissionsOf: peers.permissionsOf,
    connections: peers.connections,
    deprecatedRpc: options.settings.list('deprecatedrpc'),
    acceptStaleFeeEstimates: options.settings.flag('acceptstalefeeestimates', false),
    peers: {
      userAgent: peers.userAgent,
      relayTransactions: peers.relayTransactions,
      peerTimeout: peers.timeout,
      reconcileTransactions: options.settings.flag('txreconciliation', false),
      logAddresses: options.settings.flag('logips', false),
      uploadTarget: peers.uploadTarget,
      extraTransactions: peers.extraTransactions,
      ...peers.buffers,
      ...RELAY_DELAYS,
    },
    ...(maxTipAge !== undefined && { maxTipAge }),
    ...(stopAtHeight !== undefined && { stopAtHeight }),
  }
}
